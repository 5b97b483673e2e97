import { hideUserinfo, userError } from '../../core/errors.ts';

/** Where to connect, taken from a URL. */
export interface Origin {
  secure: boolean;
  hostname: string;
  port: number;
  /** The `host` header's value. */
  host: string;
}

/** @throws MlbenchError `bad-url` */
export function parseTargetUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw userError(
      'bad-url',
      `"${hideUserinfo(text)}" is not a URL`,
      'write it like https://host.example/path',
    );
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw userError(
      'bad-url',
      `"${hideUserinfo(text)}": ${url.protocol} is not spoken here`,
      'use http:// or https://',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw userError(
      'bad-url',
      `the URL of ${url.host} holds a user name or password`,
      'send an authorization header',
    );
  }
  return url;
}

export function originOf(url: URL): Origin {
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    host: url.host,
  };
}
