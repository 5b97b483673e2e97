import { availableParallelism } from 'node:os';
import { MlbenchError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { resolveFields } from '../core/options/fields.ts';
import { newUuid } from '../core/random.ts';
import type { Check } from '../experiment/checks/check.ts';
import { checkContainerEngine } from '../experiment/checks/container-engine.ts';
import { checkNode, checkStateFolder } from '../experiment/checks/machine.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { CheckupOutcome } from '../experiment/contract/outcomes.ts';
import type { AccessNeeds } from '../experiment/contract/target.ts';
import { type LoadOptions, loadRunOptions } from '../experiment/load/load-options.ts';
import { planOf } from '../experiment/load/load-plan.ts';
import { targetOf } from '../experiment/targets/targets.ts';
import {
  type Calibration,
  type CalibrationDeps,
  calibrate,
  differenceOf,
  recalibrate,
} from '../load/calibration/calibrate.ts';
import { startNullServer } from '../load/calibration/null-server.ts';
import { type Repetition, repeatUntilAgreed } from '../load/calibration/repeat-until-agreed.ts';
import type { Destination } from '../load/plan/plan.ts';
import { workerCount } from '../load/plan/schedule.ts';
import { runLoad } from '../load/run/run-load.ts';
import { fineSendLagMs } from '../record/judgement/checks.ts';
import type { PolicyDocument } from '../resources/kinds/iam-role/policy-document.ts';
import { policyToGrant } from '../resources/permissions.ts';

export interface CheckupOptions extends AccessNeeds {
  /** There is an image already: nobody has to build one. */
  image?: string;
}

/**
 * Looks at everything that `up` needs, and changes nothing.
 * @param onCheck told of each as soon as it is done
 */
export async function checkUp(
  options: CheckupOptions,
  context: CommandContext,
  onCheck: (check: Check) => void = () => {},
): Promise<CheckupOutcome> {
  const { clock, signal, stateDir } = context;
  const target = targetOf(context);
  const checks: Check[] = [];
  const add = (...found: Check[]) => {
    signal.throwIfAborted();
    checks.push(...found);
    found.forEach(onCheck);
  };
  add(checkNode(process.versions.node));
  add(checkStateFolder(stateDir));
  const builds = target.buildsImage && options.image === undefined;
  add(await checkContainerEngine(builds, { clock, signal, environment: process.env }));
  const refused = await target.checkAccess(options, context, add);
  return { exitCode: exitCodeOf(checks, refused), target: target.name, checks };
}

function exitCodeOf(checks: readonly Check[], refused: unknown): ExitCode {
  if (refused instanceof MlbenchError && refused.source === 'user') return exitCodes.usage;
  return checks.some(({ verdict }) => verdict === 'failed') ? exitCodes.failed : exitCodes.ok;
}

/** The policy that lets somebody use mlbench; for any account where nobody says which this is. */
export async function policyFor(context: CommandContext): Promise<PolicyDocument> {
  const place = context.region === '' ? null : await targetOf(context).findPlace(context);
  return policyToGrant(place ?? { partition: 'aws', region: context.region || '*', accountId: '*' });
}

export interface DoctorOptions {
  /** Default `auto`. */
  workers?: number | 'auto';
  /** Default `fineSendLagMs`: the limit of a measurement's own check. */
  maxSendLagMs?: number;
}

/** What this machine's load generator can offer, found against a null server on loopback. */
export interface GeneratorCheckup {
  exitCode: ExitCode;
  node: string;
  cores: number;
  workers: number;
  maxSendLagMs: number;
  /** One POST of 1 KiB over and over. */
  plain: Calibration;
  /** The same as InvokeEndpoint, signed by SigV4. */
  signed: Calibration;
  repetition: Repetition;
}

/** Looks are repeated until two in a row agree: within this, in both numbers of both kinds of request. */
const agreement = 0.2;
const longestMs = 60_000;

/** Takes a minute at most. @throws MlbenchError when it is interrupted */
export async function checkGenerator(
  options: DoctorOptions,
  context: CommandContext,
): Promise<GeneratorCheckup> {
  const cores = availableParallelism();
  const asked = options.workers ?? loadDefaults.workers;
  const maxSendLagMs = options.maxSendLagMs ?? fineSendLagMs;
  const server = await startNullServer();
  const destinations: Record<'plain' | 'signed', Destination> = {
    plain: { kind: 'url', url: `${server.url}/`, method: 'POST', headers: {} },
    signed: { kind: 'runtime', url: server.url, endpointName: 'null', region: 'us-east-1' },
  };
  const calibrateOn = (name: keyof typeof destinations) => {
    const run = async (load: LoadOptions, signal: AbortSignal) => {
      const { plan, contents } = await planOf({ ...brief, ...load }, destinations[name], probe);
      const { result } = await runLoad(plan, {
        clock: context.clock,
        runId: newUuid(),
        signal,
        contents,
        observers: [],
        workers: asked,
        credentials: async () => ({ accessKeyId: 'null', secretAccessKey: 'null' }),
      });
      signal.throwIfAborted();
      return result;
    };
    return (signal: AbortSignal): CalibrationDeps => ({
      runClosed: () => run(closedPeak, signal),
      runOpen: (rateRps) => run({ rateRps, arrivals: 'poisson', durationMs: openRunMs }, signal),
      maxSendLagUs: maxSendLagMs * 1_000,
      tell: (message) => context.emit({ type: 'notice', level: 'info', message: `${name}: ${message}` }),
    });
  };
  try {
    const depsOf = { plain: calibrateOn('plain'), signed: calibrateOn('signed') };
    const { look, ...repetition } = await lookUntilAgreed(depsOf, context);
    const { plan } = await planOf({ ...brief, ...closedPeak }, destinations.plain, probe);
    const workers = workerCount(asked, plan, cores);
    return {
      exitCode: exitCodes.ok,
      node: process.version,
      cores,
      workers,
      maxSendLagMs,
      ...look,
      repetition,
    };
  } finally {
    await server.close();
  }
}

type Look = Pick<GeneratorCheckup, 'plain' | 'signed'>;

function lookUntilAgreed(
  depsOf: Record<keyof Look, (signal: AbortSignal) => CalibrationDeps>,
  { clock, signal }: CommandContext,
): Promise<Repetition & { look: Look }> {
  const take = async (before: Look | undefined, until: AbortSignal) => {
    const look = async (name: keyof Look) => {
      const deps = depsOf[name](until);
      return before ? await recalibrate(before[name], deps) : await calibrate(deps);
    };
    return { plain: await look('plain'), signed: await look('signed') };
  };
  const difference = (one: Look, other: Look) =>
    Math.max(differenceOf(one.plain, other.plain), differenceOf(one.signed, other.signed));
  return repeatUntilAgreed(take, difference, { agreement, longestMs, clock, signal });
}

const openRunMs = 1_500;
const brief: LoadOptions = { warmupMs: 300, timeoutMs: 5_000, stopTimeoutMs: 1_000 };
const closedPeak: LoadOptions = {
  users: 64,
  ramp: { kind: 'over', durationMs: 0 },
  wait: { kind: 'none' },
  durationMs: 2_300,
};
const loadDefaults = resolveFields(loadRunOptions);
const probe = { bytes: Buffer.alloc(1_024, 'x'), contentType: 'application/octet-stream' };
