import type { StandIn } from '../../../localcloud/process.ts';
import { stopStandIn } from '../../../localcloud/process.ts';
import type { CommandContext } from '../../context/context.ts';

/** The kinds of resources that are processes of this machine; the others die with the stand-in. */
export const processKinds = { standIn: 'stand-in', api: 'api' } as const;

/**
 * If the stand-in no longer runs, what the experiment had in it died with it: takes that off the record.
 * A stand-in that hangs is ended first: nobody can use it or clean it up any more.
 * @returns what was taken off, last made first
 */
export async function forgetDeadCloud(
  context: CommandContext,
  standIn: StandIn | undefined,
): Promise<{ kind: string; name: string }[]> {
  if (standIn?.healthy) return [];
  // Also one that nobody finds, because its folder was removed: it takes a moment to notice.
  await stopStandIn(context.stateDir, { clock: context.clock, timeoutMs: 2_000 });
  const store = context.ledger;
  const resources = store.read().experiments[context.experiment]?.resources ?? [];
  const dead = resources.filter(({ kind }) => !isProcess(kind));
  if (dead.length === 0) return [];
  store.note((ledger) => {
    const experiment = ledger.experiments[context.experiment];
    if (experiment) experiment.resources = experiment.resources.filter(({ kind }) => isProcess(kind));
  });
  context.emit({
    type: 'notice',
    level: 'warning',
    message: `the stand-in does not run any more; the ${dead.length} resources in it died with it`,
  });
  return dead.toReversed().map(({ kind, name }) => ({ kind, name }));
}

function isProcess(kind: string): boolean {
  return kind === processKinds.standIn || kind === processKinds.api;
}
