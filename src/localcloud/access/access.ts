import { timingSafeEqual } from 'node:crypto';
import type { OwnerKey } from '../../core/background/owner-key.ts';
import type { Clock } from '../../core/clock.ts';
import { scopeText, signingKey } from '../../core/sigv4.ts';
import type { Caller } from '../service/caller.ts';
import type { ChunkSigning } from './chunk-signing.ts';
import { expectedSignatures } from './expected-signature.ts';
import { AccessRefused } from './refusals.ts';
import { createSessionKeys, type SessionKey } from './session-keys.ts';
import { readSignature, type Signature, type SignedRequest } from './signature.ts';
import { refuseSkewed } from './skew.ts';

/** A caller of S3, and with what the chunks of its body are signed; undefined: they are not, or nobody looks. */
export interface StreamingCaller extends Caller {
  chunks: ChunkSigning | undefined;
}

/**
 * Who may come in: everybody whose request is signed, with whatever key, as users of emulators expect. But a request
 * that names the stand-in's own key must be signed with it, to the last byte.
 */
export interface Access {
  /**
   * @param payloadHash hexadecimal SHA-256 of the body; asked only where the signature is looked at
   * @throws AccessRefused
   */
  admit(request: SignedRequest, payloadHash: () => string): Caller;
  /** For S3, where a header says what the body's hash is; whoever reads the body sees to it. @throws AccessRefused */
  admitStreaming(request: SignedRequest): StreamingCaller;
  /** A key that proves the same for a while, for whoever took a role. */
  lend(key: SessionKey): void;
}

/** @param owner null: there is no key that proves anything */
export function createAccess(owner: OwnerKey | null, clock: Clock): Access {
  const sessions = createSessionKeys(clock);

  const keyNamed = (accessKeyId: string): { secretAccessKey: string; session?: SessionKey } | undefined => {
    if (owner?.accessKeyId === accessKeyId) return owner;
    const session = sessions.find(accessKeyId);
    return session && { secretAccessKey: session.secretAccessKey, session };
  };

  const admit = (request: SignedRequest, payloadHash: (signature: Signature) => string) => {
    const signature = readSignature(request);
    if (signature === 'none') throw new AccessRefused('missing', 'Missing Authentication Token');
    if (signature === 'incomplete')
      throw new AccessRefused('incomplete', 'The parameters of the presigned URL are not complete.');
    refuseSkewed(signature, request.headers, clock.nowMs());
    const key = signature === 'other' ? undefined : keyNamed(signature.accessKeyId);
    if (!key || signature === 'other') return undefined;
    refuseIncomplete(request, signature);
    refuseToken(signature, key.session, clock.nowMs());
    const expected = expectedSignatures(request, signature, key.secretAccessKey, payloadHash(signature));
    if (!expected.some((one) => isEqual(one, signature.signature)))
      throw new AccessRefused('wrong-signature', wrongSignature);
    return { signature, secretAccessKey: key.secretAccessKey };
  };

  return {
    admit: (request, payloadHash) => ({ isUser: admit(request, payloadHash) !== undefined }),

    admitStreaming(request) {
      const proof = admit(request, (signature) => namedPayloadHash(request, signature));
      const isSigned = headerOf(request, 'x-amz-content-sha256')?.startsWith(
        'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      );
      if (!proof || !isSigned) return { isUser: proof !== undefined, chunks: undefined };
      const { signature, secretAccessKey } = proof;
      const chunks = {
        key: signingKey(secretAccessKey, signature.shortDate, signature),
        signedAt: signature.signedAt ?? '',
        scope: scopeText(signature.shortDate, signature),
        seed: signature.signature,
      };
      return { isUser: true, chunks };
    },

    lend: sessions.add,
  };
}

const wrongSignature =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** What the signature does not cover, anybody could have added: above all the name of the operation. */
function refuseIncomplete({ rawHeaders }: SignedRequest, signature: Signature): void {
  const { signedHeaders, signedAt, shortDate } = signature;
  if (signedAt === undefined || !signedAt.startsWith(shortDate))
    throw new AccessRefused(
      'wrong-signature',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${shortDate}' != '${signedAt ?? ''}'.`,
    );
  const unsigned = rawHeaders
    .filter((_, at) => at % 2 === 0)
    .map((name) => name.toLowerCase())
    .filter((name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name))
    // Its value is signed as the body's hash.
    .filter((name) => name !== 'x-amz-content-sha256');
  if (!signedHeaders.includes('host') || unsigned.length > 0)
    throw new AccessRefused(
      'wrong-signature',
      `There were headers present in the request which were not signed: ${unsigned.join(', ') || 'host'}.`,
    );
}

function refuseToken({ sessionToken = '' }: Signature, session: SessionKey | undefined, nowMs: number): void {
  if (!isEqual(sessionToken, session?.sessionToken ?? ''))
    throw new AccessRefused('wrong-token', 'The security token included in the request is invalid.');
  if (session !== undefined && session.expiresMs <= nowMs)
    throw new AccessRefused('expired-token', 'The security token included in the request is expired');
}

function namedPayloadHash(request: SignedRequest, { place }: Signature): string {
  const named = headerOf(request, 'x-amz-content-sha256') ?? inQuery(request, 'X-Amz-Content-Sha256');
  if (named !== undefined) return named;
  if (place === 'query') return 'UNSIGNED-PAYLOAD';
  throw new AccessRefused('no-payload-hash', 'x-amz-content-sha256 is missing.');
}

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function inQuery({ url = '' }: SignedRequest, name: string): string | undefined {
  return new URLSearchParams(url.split('?')[1] ?? '').get(name) ?? undefined;
}

/** In a time that says nothing of where they differ. */
function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
