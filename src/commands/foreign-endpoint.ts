import { userError } from '../core/errors.ts';
import type { SigningCredentials } from '../core/sigv4.ts';
import type { LoadTarget } from '../load/plan.ts';
import type { CommandContext } from './context.ts';

/** An endpoint behind somebody else's runtime: only requests are sent there, nothing is described. */
export interface ForeignEndpoint {
  target: LoadTarget & { kind: 'runtime' };
  credentials: () => Promise<SigningCredentials>;
}

/**
 * `--endpoint-name` on whatever runtime the environment names for every AWS client (`AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME`,
 * `AWS_ENDPOINT_URL`), or on AWS with `--target aws`. Requests are signed with the SDK's own provider chain.
 *
 * @returns null where neither is so: the endpoint is the stand-in's
 * @throws MlbenchError `bad-endpoint-url` (exit code 2)
 */
export function findForeignEndpoint(
  endpointName: string | undefined,
  context: Pick<CommandContext, 'target' | 'region'>,
  environment: NodeJS.ProcessEnv = process.env,
): ForeignEndpoint | null {
  if (endpointName === undefined) return null;
  const { region } = context;
  const variable = ['AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME', 'AWS_ENDPOINT_URL'].find(
    (name) => environment[name],
  );
  const named = variable && environment[variable];
  if (!named && context.target === 'local') return null;
  if (named && !/^https?:$/.test(URL.parse(named)?.protocol ?? '')) {
    throw userError(
      'bad-endpoint-url',
      `${variable}: "${named}" is not an http or https URL`,
      `unset ${variable}, or set it to the service's base URL`,
    );
  }
  const url =
    named ??
    `https://runtime.sagemaker.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  return { target: { kind: 'runtime', endpointName, url, region }, credentials: chainedCredentials() };
}

/** Loaded when first asked for: the chain pulls in a dozen packages. */
function chainedCredentials(): () => Promise<SigningCredentials> {
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
