import { userError } from '../../core/errors.ts';
import type { SigningCredentials } from '../../core/sigv4.ts';
import type { Destination } from '../../load/plan/plan.ts';
import type { CommandContext } from '../context/context.ts';
import { awsRuntimeUrl } from '../targets/aws/target.ts';
import { targetOf } from '../targets/targets.ts';

/** An endpoint behind somebody else's runtime: only requests are sent there, nothing is described. */
export interface ForeignEndpoint {
  destination: Destination & { kind: 'runtime' };
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
  const url = namedRuntime(environment) ?? targetOf(context).publicRuntimeUrl(region);
  if (url === null) return null;
  return { destination: { kind: 'runtime', endpointName, url, region }, credentials: chainedCredentials() };
}

/**
 * The runtime of AWS's region, or the one that the environment names in its place.
 * @throws MlbenchError `bad-endpoint-url` (exit code 2)
 */
export function runtimeUrl(region: string, environment: NodeJS.ProcessEnv = process.env): string {
  return namedRuntime(environment) ?? awsRuntimeUrl(region);
}

function namedRuntime(environment: NodeJS.ProcessEnv): string | undefined {
  const variable = ['AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME', 'AWS_ENDPOINT_URL'].find(
    (name) => environment[name],
  );
  const named = variable && environment[variable];
  if (named && !/^https?:$/.test(URL.parse(named)?.protocol ?? '')) {
    throw userError(
      'bad-endpoint-url',
      `${variable}: "${named}" is not an http or https URL`,
      `unset ${variable}, or set it to the service's base URL`,
    );
  }
  return named || undefined;
}

/** Loaded when first asked for: the chain pulls in a dozen packages. */
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
