/** A number of a body whose digits a double would lose: as it was written. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** What an error shows of it. */
  toJSON(): unknown {
    return rawJson(this.text);
  }
}

/**
 * JSON as `JSON.parse` reads it, but with a `JsonNumber` in the place of each number that a double cannot hold.
 * @param exact whether digits beyond a double's matter; where they do not, only what is too large for a double is kept
 */
export function parseJson(text: string, exact: boolean): unknown {
  // A reviver costs several times as much as the parsing: it is for bodies that may hold such a number.
  if (!(exact ? mayLoseDigits : mayOverflow).test(text)) return JSON.parse(text);
  if (hasMoreThan(mostRevived, ',', text))
    throw new Error(`it has more than ${mostRevived} values, one of which no double holds`);
  return JSON.parse(text, ((_: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    if (typeof value !== 'number' || source === undefined) return value;
    return isKept(value, source) ? value : new JsonNumber(source);
  }) as (key: string, value: unknown) => unknown);
}

/** A reviver also takes memory: some hundred bytes a value. */
const mostRevived = 1_000_000;

function hasMoreThan(most: number, character: string, text: string): boolean {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count <= most; at = text.indexOf(character, at + 1))
    count += 1;
  return count > most;
}

/**
 * The whole number that a decimal text says, exactly; null where it says a fraction, undefined where it is far too
 * large.
 */
export function wholeNumber(text: string): bigint | null | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (parts === null) return null;
  const [, sign, before = '', after = '', exponent = '0'] = parts;
  const digits = `${before}${after}`.replace(/^0+/, '');
  if (digits === '') return 0n;
  const shift = Number(exponent) - after.length;
  const significant = digits.replace(/0+$/, '');
  const zeros = digits.length - significant.length + shift;
  if (zeros < 0) return null;
  if (significant.length + zeros > mostDigits) return undefined;
  const magnitude = BigInt(significant) * 10n ** BigInt(zeros);
  return sign === '-' ? -magnitude : magnitude;
}

/** Writes a text into JSON as it is; the text has to be JSON itself. */
export function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}

function isKept(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false;
  if (source.length < 16) return true;
  // What is no whole number stays none, and a whole number must be the one that was written.
  const whole = wholeNumber(source);
  if (whole === null) return !Number.isInteger(value);
  return whole !== undefined && Number.isSafeInteger(value) && BigInt(value) === whole;
}

// Each run of digits is looked at once, from its start: what comes behind a digit begins none.
const mayLoseDigits = /(?<![\d.])[\d.]{16}|[eE]\+?\d\d/;
const mayOverflow = /(?<!\d)\d{300}|[eE]\+?\d{3}/;
/** Of the largest number that any type holds, and some. */
const mostDigits = 30;
