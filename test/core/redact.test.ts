import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactHeader, redactText, redactUrl } from '../../src/core/redact.ts';

/** As real ones are: letters, digits, what base64 and percent-encoding know. */
const secrets = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+/._~-]{14,60}[A-Za-z][0-9]$/);
const passwords = fc.string({ minLength: 8, maxLength: 40 }).filter((text) => text.trim().length >= 8);
const names = fc.constantFrom(
  ...[
    'SecretAccessKey',
    'secret_access_key',
    'SessionToken',
    'AccessKeyId',
    'authorizationToken',
    'password',
  ],
  ...['Passphrase', 'client_secret', 'apiKey', 'api-key', 'access_token', 'refreshToken', 'X-Amz-Signature'],
  ...[
    'X-Amz-Credential',
    'X-Amz-Security-Token',
    'x-api-key',
    'Authorization',
    'Set-Cookie',
    'sig',
    'auth_token',
  ],
  ...['idToken', 'private_key', 'AWSAccessKeyId', 'Signature', 'MLBENCH_KEY_PASSPHRASE', 'csrf-token', 'jwt'],
);
const filler = fc.string({ maxLength: 30 });

function holdsNone(secret: string, text: string): void {
  expect(text.includes(secret), `${JSON.stringify(secret)} in ${JSON.stringify(text)}`).toBe(false);
}

describe('no planted secret appears', () => {
  it('in a header with a name of secrets, whatever its value', () => {
    const headers = fc.constantFrom(
      ...[
        'authorization',
        'Proxy-Authorization',
        'cookie',
        'Set-Cookie',
        'x-amz-security-token',
        'X-Api-Key',
      ],
      ...[
        'x-auth-token',
        'Ocp-Apim-Subscription-Key',
        'x-functions-key',
        'X-Vault-Token',
        'api-key',
        'x-signature',
      ],
    );
    const schemes = fc.constantFrom('', 'Bearer ', 'Basic ', 'a=', 'AWS4-HMAC-SHA256 Credential=', 'Other ');
    fc.assert(
      fc.property(headers, schemes, passwords, (name, scheme, secret) =>
        holdsNone(secret, redactHeader(name, `${scheme}${secret}`)),
      ),
    );
  });

  it('in a URL: its user, its query, a URL in its query', () => {
    fc.assert(
      fc.property(names, secrets, (name, secret) => {
        const query = `${name}=${encodeURIComponent(secret)}`;
        const encoded = encodeURIComponent(secret);
        for (const url of [
          `https://user:${encoded}@host/path`,
          `${encoded}@host`,
          `https://host/p?a=1&${query}&b=2`,
          `https://host/p#${query}`,
          `https://host/p?next=${encodeURIComponent(`https://h/?${query}&a=b`)}`,
        ])
          holdsNone(encoded, redactUrl(url));
      }),
    );
  });

  it('in JSON: text, number, list, object; within another JSON’s text; however deep', () => {
    fc.assert(
      fc.property(names, passwords, filler, (name, secret, other) => {
        const whole = { other, list: [{ deep: { [name]: secret, other } }], [name]: { in: [secret] } };
        const shown = redactText(JSON.stringify(whole));
        holdsNone(JSON.stringify(secret).slice(1, -1), shown);
        const within = JSON.stringify({ body: JSON.stringify({ [name]: secret, other }) });
        holdsNone(JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1), redactText(within));
      }),
    );
  });

  it('in a text that was cut off anywhere', () => {
    const ends = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(names, secrets, ends, (name, secret, end) => {
        for (const whole of [
          JSON.stringify({ a: 'b', [name]: secret, list: [1] }),
          `<Answer><${name}>${secret}</${name}></Answer>`,
          `Action=Do&${name}=${secret}&Version=1`,
        ]) {
          const shown = redactText(whole.slice(0, end));
          // Of a secret that is itself cut off nothing is left either.
          for (let length = secret.length; length >= 10; length--) holdsNone(secret.slice(0, length), shown);
        }
      }),
    );
  });

  it('in XML, forms, variables and lines of headers', () => {
    fc.assert(
      fc.property(names, secrets, (name, secret) => {
        for (const text of [
          `<A xmlns="x"><ns:${name} a="b">${secret}</ns:${name}><B>c</B></A>`,
          `<Credentials><AccessKeyId>${secret}</AccessKeyId></Credentials>`,
          `Action=AssumeRole&${name}=${secret}&Version=2011-06-15`,
          `export ${name}=${secret}\nother=1`,
          `host:sagemaker.amazonaws.com\n${name}: ${secret}\nx: y`,
        ])
          holdsNone(secret, redactText(text));
      }),
    );
  });

  it('where a secret is known by its own form', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        holdsNone(secret, redactText(`failed with Bearer ${secret}, sorry`));
        holdsNone(
          secret,
          redactText(`-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`),
        );
        holdsNone(secret, redactText(`-----BEGIN PRIVATE KEY-----\n${secret}`));
        holdsNone(secret, redactText(`see https://me:${encodeURIComponent(secret)}@host/`));
      }),
    );
    expect(redactText('key AKIAIOSFODNN7EXAMPLE is unknown')).toBe('key … is unknown');
  });

  it('where it is known beforehand, wherever it stands', () => {
    fc.assert(
      fc.property(passwords, filler, filler, (secret, before, after) => {
        const redact = createRedactor([secret]);
        fc.pre(!`${before}${after}`.includes(secret));
        for (const form of [
          secret,
          JSON.stringify(secret),
          secret.isWellFormed() ? encodeURIComponent(secret) : '',
        ])
          holdsNone(secret, redact(`${before} ${form} ${after}`));
      }),
    );
  });
});

describe('what is no secret stays', () => {
  it.each([
    [
      'an ordinary body',
      '{"features":[5.1,3.5],"prompt":"What is a key?","max_tokens":20,"NextToken":"abc12345"}',
    ],
    ['a tag', '{"Tags":[{"Key":"mlbench:experiment","Value":"demo"}]}'],
    ['a sentence', 'CredentialsProviderError: Could not load credentials from any providers'],
    ['another', 'The security token included in the request is invalid'],
    ['a third', 'HTTP 401 Unauthorized (basic authentication): the token has expired'],
    ['a form', 'Action=GetCallerIdentity&Version=2011-06-15'],
    ['an ARN', 'arn:aws:sagemaker:us-east-1:123456789012:endpoint/mlbench'],
  ])('%s', (_, text) => {
    expect(redactText(text)).toBe(text);
  });

  it('nor is the rest of a text with one', () => {
    expect(redactUrl('https://me:pw@host:8080/a?x=1&X-Amz-Signature=abc&y=2')).toBe(
      'https://…@host:8080/a?x=1&X-Amz-Signature=…&y=2',
    );
    expect(redactText('{"a":1,"SecretAccessKey":"abc","b":"c"}')).toBe('{"a":1,"SecretAccessKey":…,"b":"c"}');
    expect(redactText('<R><SecretAccessKey>abc</SecretAccessKey><A>b</A></R>')).toBe(
      '<R><SecretAccessKey>…</SecretAccessKey><A>b</A></R>',
    );
    expect(
      redactHeader(
        'Authorization',
        'AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host;x-amz-date, Signature=c',
      ),
    ).toBe('AWS4-HMAC-SHA256 SignedHeaders=host;x-amz-date …');
    expect(redactHeader('Authorization', 'Bearer abc')).toBe('Bearer …');
    expect(redactHeader('content-type', 'application/json')).toBe('application/json');
  });

  it('and a text of a megabyte takes no time', () => {
    const startedMs = performance.now();
    redactText('{"a":"b",'.repeat(120_000));
    redactText('a=b&'.repeat(250_000));
    redactText('<a>'.repeat(300_000));
    redactText('"'.repeat(1_000_000));
    redactText('token '.repeat(170_000));
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
