import { MlbenchError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import type { PolicyDocument } from '../resources/kinds/iam-role/policy-document.ts';
import { policyToGrant } from '../resources/permissions.ts';
import { checkAccount } from './checks/account.ts';
import type { Check } from './checks/check.ts';
import { checkEngine } from './checks/engine.ts';
import { checkNode, checkStateFolder } from './checks/machine.ts';
import { checkPermissions } from './checks/permissions.ts';
import { checkQuota } from './checks/quota.ts';
import type { CommandContext } from './context.ts';
import { clientsOf } from './engine-context.ts';
import { defaultUpSettings } from './up-settings.ts';

export interface CheckupOptions {
  /** Defaults as `up` has them. */
  instanceType?: string;
  instances?: number;
  maxInstances?: number;
  /** There is an image already: nobody has to build one. */
  image?: string;
}

export interface CheckupOutcome {
  /** 0: nothing failed · 2: no credentials · 1: something else failed. */
  exitCode: ExitCode;
  target: 'local' | 'aws';
  checks: Check[];
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
  const { clock, signal, stateDir, target } = context;
  const checks: Check[] = [];
  const add = (...found: Check[]) => {
    signal.throwIfAborted();
    checks.push(...found);
    found.forEach(onCheck);
  };
  add(checkNode(process.versions.node));
  add(checkStateFolder(stateDir));
  const needsEngine = target === 'aws' && options.image === undefined;
  add(await checkEngine(needsEngine, { clock, signal, environment: process.env }));
  const refused = target === 'aws' ? await checkAws(options, context, add) : undefined;
  return { exitCode: exitCodeOf(checks, refused), target, checks };
}

/** The policy that lets somebody use mlbench; for any account where AWS does not say which this is. */
export async function policyFor(context: CommandContext): Promise<PolicyDocument> {
  const anyAccount = { partition: 'aws', region: context.region, accountId: '*' };
  if (context.target !== 'aws') return policyToGrant(anyAccount);
  const clients = clientsOf(context, null, 1);
  try {
    return policyToGrant(await clients.place().catch(() => anyAccount));
  } finally {
    clients.close();
  }
}

/** @returns why AWS did not say who calls, if it did not */
async function checkAws(
  options: CheckupOptions,
  context: CommandContext,
  add: (...checks: Check[]) => void,
): Promise<unknown> {
  const clients = clientsOf(context, null);
  try {
    const { checks, caller, refused } = await checkAccount(clients, context.clock);
    add(...checks);
    if (!caller) return refused;
    const defaults = defaultUpSettings('');
    const { instanceType = defaults.instanceType, instances = defaults.instances } = options;
    const { maxInstances = Math.max(instances, defaults.autoscaling?.maxCapacity ?? 1) } = options;
    const [allowed, quota] = await Promise.all([
      checkPermissions(caller, clients),
      checkQuota({ instanceType, instances, maxInstances }, clients),
    ]);
    add(allowed, quota);
    return undefined;
  } finally {
    clients.close();
  }
}

function exitCodeOf(checks: readonly Check[], refused: unknown): ExitCode {
  if (refused instanceof MlbenchError && refused.source === 'user') return exitCodes.usage;
  return checks.some(({ verdict }) => verdict === 'failed') ? exitCodes.failed : exitCodes.ok;
}
