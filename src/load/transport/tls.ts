import { createSecureContext, type SecureContext } from 'node:tls';
import type { ConnectionSecrets } from '../plan/secrets.ts';
import type { TlsPlan } from '../plan/tls-plan.ts';

/** @throws Error of OpenSSL for PEM that is none, and for a key that is not the certificate's */
export function secureContextOf(tls: TlsPlan | null, secrets: ConnectionSecrets = {}): SecureContext {
  const { ca, certificate } = tls ?? {};
  const { key, passphrase } = secrets;
  return createSecureContext({
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
