import { exitCodes } from '../core/exit-codes.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { LocalStartOutcome } from '../experiment/contract/outcomes.ts';
import { prepareContainers } from '../experiment/targets/local/containers.ts';
import { defaultStandInOptions, type NamedStandInOptions, overStandIn } from '../localcloud/options.ts';
import { differentOption, findStandIn, type StandIn, startStandIn } from '../localcloud/process.ts';
import { withLock } from '../resources/engine/lock.ts';

export interface LocalStartOptions {
  /** How it behaves; left out: `defaultStandInOptions`. One that runs must agree with what is named here. */
  standIn?: NamedStandInOptions;
  /** What the serving image is built on, for the runtime `docker`. Default `node:24-slim`. */
  baseImage?: string;
}

/** Starts the stand-in for other SDKs, or finds the one that runs. */
export function localStart(options: LocalStartOptions, context: CommandContext): Promise<LocalStartOutcome> {
  const { stateDir, clock, signal, region } = context;
  const named = options.standIn ?? {};
  return withLock(stateDir, 'local start', clock, async () => {
    const running = await findStandIn(stateDir);
    if (running?.healthy) {
      const unlessNamed = { ...running.options, region, port: 0 };
      const difference = differentOption(running, overStandIn(unlessNamed, named));
      if (difference) throw difference;
      return { exitCode: exitCodes.ok, ...reachedBy(running), alreadyRunning: true };
    }
    const wanted = overStandIn({ ...defaultStandInOptions, region }, named);
    const containers = await prepareContainers(wanted, options.baseImage ?? null, context);
    const { standIn } = await startStandIn(stateDir, wanted, {
      clock,
      signal,
      startedBy: 'local-start',
      containers,
    });
    return { exitCode: exitCodes.ok, ...reachedBy(standIn), alreadyRunning: false };
  });
}

function reachedBy({
  url,
  pid,
  ownerKey,
  options: { region },
}: StandIn): Pick<LocalStartOutcome, 'url' | 'pid' | 'environment'> {
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: ownerKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ownerKey.secretAccessKey,
    // One of another session would go with the key, and the two do not fit.
    AWS_SESSION_TOKEN: '',
    AWS_REGION: region,
    // Older SDKs, boto3 among them, read this one.
    AWS_DEFAULT_REGION: region,
  };
  return { url, pid, environment };
}
