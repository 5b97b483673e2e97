import { isSecretHeader, isSecretMember, isSecretParameter } from './secret-names.ts';

/**
 * Takes secrets out of what may be shown or kept: messages, records, and what `--debug` prints. A secret is known by
 * the name beside it (`secret-names.ts`) or by its own form (a private key, a bearer token). What is hidden too much
 * costs a reader a look elsewhere; what is hidden too little cannot be taken back.
 */
const hidden = '…';

/** `https://user:secret@host/?token=abc#part` → `https://…@host/?token=…#part`. */
export function redactUrl(url: string): string {
  const [beforeFragment = '', ...fragment] = hideUserinfo(url).split('#');
  const at = beforeFragment.indexOf('?');
  const query =
    at < 0
      ? ''
      : `?${beforeFragment
          .slice(at + 1)
          .split('&')
          .map(redactParameter)
          .join('&')}`;
  const rest =
    fragment.length === 0 ? '' : `#${fragment.join('#').split('&').map(redactParameter).join('&')}`;
  return redactText(`${at < 0 ? beforeFragment : beforeFragment.slice(0, at)}${query}${rest}`);
}

/** A URL for a message: `http://user:secret@host` without what is before the @. */
export function hideUserinfo(url: string): string {
  return url.replace(/^(\w+:\/\/)?[^/?#]*@/, '$1…@');
}

/** The value of a header as it may be shown: of an authorization its scheme, of a cookie its name. */
export function redactHeader(name: string, value: string): string {
  const lower = name.toLowerCase();
  if (!isSecretHeader(lower)) return redactText(/^https?:\/\/|^\//.test(value) ? redactUrl(value) : value);
  const scheme = /^(AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|Basic|Bearer|Digest|Negotiate)(?=\s)/i.exec(
    value,
  );
  if (scheme === null) return hidden;
  const signed = /\bSignedHeaders=([a-z0-9;_-]+)/.exec(value)?.[1];
  return signed !== undefined && scheme[0].startsWith('AWS4')
    ? `${scheme[0]} SignedHeaders=${signed} ${hidden}`
    : `${scheme[0]} ${hidden}`;
}

/** Any text: a body, be it cut off, a message, a line of a log. */
export function redactText(text: string): string {
  if (!mayHoldSecrets.test(text)) return text;
  let shown = text.replace(privateKey, hidden);
  shown = redactMembers(shown);
  shown = redactElements(shown);
  shown = redactPairs(shown);
  return shown
    .replace(userinfo, `$1${hidden}@`)
    .replace(scheme, (whole, name: string, value: string) =>
      /[0-9=]/.test(value) || value.length >= 20 ? `${name} ${hidden}` : whole,
    )
    .replace(wellKnown, hidden);
}

/**
 * Takes out these very values, too, wherever they stand: as they are, percent-encoded, or as JSON writes them.
 * @param secrets shorter ones than eight characters are passed over: they are words, too
 */
export function createRedactor(secrets: Iterable<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 8) continue;
    forms.add(secret);
    if (secret.isWellFormed()) forms.add(encodeURIComponent(secret));
    forms.add(JSON.stringify(secret).slice(1, -1));
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let shown = text;
    for (const form of longestFirst) shown = shown.replaceAll(form, hidden);
    return redactText(shown);
  };
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals < 0) return parameter;
  const name = parameter.slice(0, equals);
  return isSecretParameter(decoded(name)) ? `${name}=${hidden}` : parameter;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `"password": "…"`, in JSON within JSON, too, where quotes have backslashes before them. */
function redactMembers(text: string): string {
  let shown = '';
  let from = 0;
  member.lastIndex = 0;
  for (let match = member.exec(text); match !== null; match = member.exec(text)) {
    if (!isSecretMember(match[3]!)) {
      // What follows may be a name itself: `["a": …`.
      member.lastIndex = match.index + match[1]!.length + 1;
      continue;
    }
    const valueAt = match.index + match[0].length;
    shown += `${text.slice(from, valueAt)}${hidden}`;
    from = endOfValue(text, valueAt);
    member.lastIndex = from;
  }
  return shown + text.slice(from);
}

/** `<SecretAccessKey>…</SecretAccessKey>`; one that never ends, since the text is cut off, to the text's end. */
function redactElements(text: string): string {
  let shown = '';
  let from = 0;
  element.lastIndex = 0;
  for (let match = element.exec(text); match !== null; match = element.exec(text)) {
    if (!isSecretMember(match[1]!.replace(/^.*:/, ''))) continue;
    const valueAt = match.index + match[0].length;
    const end = text.indexOf(`</${match[1]}`, valueAt);
    shown += `${text.slice(from, valueAt)}${hidden}`;
    from = end < 0 ? text.length : end;
    element.lastIndex = from;
  }
  return shown + text.slice(from);
}

/** `token=abc` of forms, queries and variables, percent-encoded ones too; `x-api-key: abc` of header lines. */
function redactPairs(text: string): string {
  let shown = '';
  let from = 0;
  pair.lastIndex = 0;
  for (let match = pair.exec(text); match !== null; match = pair.exec(text)) {
    const [whole, name = '', separator = ''] = match;
    if (!isSecretMember(name)) {
      pair.lastIndex = match.index + name.length;
      continue;
    }
    const valueAt = match.index + whole.length;
    const end = endOfPair(text, valueAt, name, separator);
    if (end === valueAt) continue;
    shown += `${text.slice(from, valueAt)}${hidden}`;
    from = end;
    pair.lastIndex = from;
  }
  return shown + text.slice(from);
}

/** Of a sentence (`the token: it has expired`) nothing is hidden; of a header line its whole value. */
function endOfPair(text: string, at: number, name: string, separator: string): number {
  if (/^\\*["']/.test(text.slice(at, at + 8))) return endOfValue(text, at);
  const rest = (pattern: RegExp) => pattern.exec(text.slice(at))?.[0].length ?? 0;
  if (!separator.includes(':')) return at + rest(/^(?:(?!%26)[^&\s"'<>;,)])*/i);
  if (/authoriz|cookie/i.test(name)) return at + rest(/^[^\r\n"'<>]*/);
  const word = rest(/^[^\s"'<>,;)]*/);
  const value = text.slice(at, at + word);
  const certain = /passw|passphrase|secret|pwd/i.test(name) || /\d/.test(value) || word >= 20;
  return certain ? at + word : at;
}

/** Of a JSON value that begins there, whatever it is, and wherever the text was cut off. */
function endOfValue(text: string, at: number): number {
  const quote = /^(\\*)(["'])/.exec(text.slice(at, at + 32));
  if (quote !== null) return endOfString(text, at + quote[0].length, quote[1]!.length, quote[2]!);
  if (text[at] !== '{' && text[at] !== '[') {
    return at + (/^[^\s,}\]&;<"']*/.exec(text.slice(at))?.[0].length ?? 0);
  }
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const char = text[index]!;
    if (char === '"') index = endOfString(text, index + 1, 0, '"') - 1;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return index + 1;
  }
  return text.length;
}

/** @param backslashes before the quote that began it, and before the one that ends it */
function endOfString(text: string, from: number, backslashes: number, quote: string): number {
  let before = 0;
  for (let index = from; index < text.length; index++) {
    const char = text[index]!;
    if (char === quote && (backslashes === 0 ? before % 2 === 0 : before <= backslashes)) return index + 1;
    before = char === '\\' ? before + 1 : 0;
  }
  return text.length;
}

/** Cheap: most texts hold none of it. */
const mayHoldSecrets =
  /[=@<]|%3d|auth|bearer|basic|digest|negotiate|cookie|credential|key|passw|passphrase|pwd|secret|sig|token|session|jwt|A[KSRI][IO]A|eyJ|gh[pousr]_|sk-|xox|hf_|csrf|xsrf/i;
const privateKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)/g;
const member = /(\\*)(["'])([^"'\\]{1,100})\1\2\s*[:=]\s*/g;
const element = /<([\w:.-]{1,100})(?:\s[^<>]*)?(?<!\/)>/g;
const pair = /(?:(?<![\w-])|(?<=%(?:3f|26|23|2f|22)))([A-Za-z_$][\w.$-]{0,99})(\s*[:=][ \t]*|%3D)/gi;
const userinfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s"'<>]*@/gi;
const scheme = /\b(Bearer|Basic|Digest|Negotiate|Token)[ +]+([\w.~+/=-]{8,})/gi;
const wellKnown =
  /\b(?:(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}|eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|gh[pousr]_\w{20,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,}|hf_\w{16,})/g;
