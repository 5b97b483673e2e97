import { createSecureContext, type SecureContext } from 'node:tls';
import type { ConnectionSecrets } from '../secrets.ts';

/** Whom a run trusts, and what it shows of itself. The key is among the `ConnectionSecrets`. */
export interface TlsPlan {
  /** Certificates are not checked. */
  insecure?: boolean;
  /** Trusted instead of Node's own authorities: PEM. */
  ca?: string;
  /** The client's: PEM. */
  certificate?: string;
}

/** @throws Error of OpenSSL for PEM that is none, and for a key that is not the certificate's */
export function secureContextOf(tls: TlsPlan = {}, secrets: ConnectionSecrets = {}): SecureContext {
  const { ca, certificate } = tls;
  const { key, passphrase } = secrets;
  return createSecureContext({
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
