import type { SigningCredentials } from '../../core/sigv4.ts';
import type { Destination } from '../../load/plan/plan.ts';
import { chainedCredentials } from '../../resources/sdk/credentials.ts';
import { namedRuntime } from '../../resources/sdk/runtime-url.ts';
import type { CommandContext } from '../context/context.ts';
import { targetOf, targets } from '../targets/targets.ts';

/** An endpoint behind somebody else's runtime: only requests are sent there, nothing is described. */
export interface ForeignEndpoint {
  destination: Destination & { kind: 'runtime' };
  credentials: () => Promise<SigningCredentials>;
}

/**
 * `--endpoint-name` on whatever runtime the environment names for every AWS client
 * (`AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME`, `AWS_ENDPOINT_URL`), or on AWS with `--target aws`. Requests are signed with
 * the SDK's own provider chain.
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

/** `AWS_ENDPOINT_URL` of `local start`, exported as it tells to: that one's instances can be watched. */
export async function isOwnCloud(url: string, context: CommandContext): Promise<boolean> {
  const found = await Promise.all(Object.values(targets).map((target) => target.find(context)));
  return found.some(
    ({ cloud, trouble }) =>
      !trouble && cloud.url !== undefined && new URL(cloud.url).origin === new URL(url).origin,
  );
}
