import { createHmac, hash } from 'node:crypto';

export interface SigningIdentity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/**
 * Signature Version 4 for one path of one service: the same canonical request again and again, so the key is derived
 * once a day and the constant parts are joined once. Signs host and date (and session token); the payload by its hash.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @returns for a body and a wall-clock instant (epoch ms), the headers to send, `host` left out
 */
export function createSigner(options: {
  identity: SigningIdentity;
  region: string;
  service: string;
  method: string;
  host: string;
  /** Encoded, no query. */
  path: string;
}): (body: Uint8Array, nowMs: number) => Record<string, string> {
  const { identity, region, service, method, host, path } = options;
  const { sessionToken } = identity;
  const signedHeaders = sessionToken ? 'host;x-amz-date;x-amz-security-token' : 'host;x-amz-date';
  // The canonical path is the sent path, encoded once more (all services but S3).
  const beforeDate = `${method}\n${encodeURI(path)}\n\nhost:${host}\nx-amz-date:`;
  const afterDate = `\n${sessionToken ? `x-amz-security-token:${sessionToken}\n` : ''}\n${signedHeaders}\n`;
  let second = Number.NaN;
  let date = '';
  let scope = '';
  let key: Buffer = Buffer.alloc(0);
  return (body, nowMs) => {
    const nowSecond = Math.floor(nowMs / 1_000);
    if (nowSecond !== second) {
      second = nowSecond;
      date = `${new Date(second * 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
      const newScope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
      if (newScope !== scope) {
        scope = newScope;
        key = scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${identity.secretAccessKey}`));
      }
    }
    const canonicalRequest = beforeDate + date + afterDate + hash('sha256', body);
    const stringToSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonicalRequest)}`;
    const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
    return {
      'x-amz-date': date,
      ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
      authorization: `AWS4-HMAC-SHA256 Credential=${identity.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    };
  };
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
