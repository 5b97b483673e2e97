import type { SigningCredentials } from '../../core/sigv4.ts';

/** For whoever proves nothing by them: fixed, so that nobody's real keys are sent anywhere. */
export const anyCredentials = { accessKeyId: 'mlbench', secretAccessKey: 'local' };

/** The SDK's own provider chain, loaded when first asked for: the chain pulls in a dozen packages. */
export function chainedCredentials(): () => Promise<SigningCredentials> {
  let chain: (() => Promise<SigningCredentials>) | undefined;
  return async () => {
    if (!chain) {
      const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
      chain = fromNodeProviderChain();
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = await chain();
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
      ...(expiration === undefined ? {} : { expiration }),
    };
  };
}
