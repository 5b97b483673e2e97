import type { Clock } from '../../core/clock.ts';
import { MlbenchError, userError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import type { CloudClients } from '../sdk/clients.ts';
import type { ResourceEvent } from './events.ts';
import type { ResourceRecords } from './records.ts';
import type { Ensured, Observed, Scope } from './resource.ts';

/**
 * What the resource engine works with: it makes, plans and removes an experiment's resources in order, and keeps the
 * ledger.
 */
export interface ResourceEngine {
  records: ResourceRecords;
  /** Null before there is a cloud to talk to: for the processes of this machine. */
  clients: CloudClients | null;
  clock: Clock;
  signal: AbortSignal;
  experiment: string;
  emit: Emit<ResourceEvent>;
}

/**
 * Somebody else may have made it even though it is on record: between our intent and an `up` that resumes. An account
 * is shared: what carries the experiment's tag there but is not on this ledger may be a colleague's experiment of the
 * same name. The stand-in is this state directory's own.
 * @throws MlbenchError `not-ours`, `not-on-record`
 */
export function refuseStrangers(
  found: Observed<unknown> | undefined,
  { kind, name, recorded }: { kind: string; name: string; recorded: boolean },
  { experiment, clients }: Pick<ResourceEngine, 'experiment' | 'clients'>,
): void {
  if (!found || found.owner === undefined) return;
  if (found.owner !== experiment) {
    const owner = found.owner === null ? 'something else' : `the experiment "${found.owner}"`;
    throw userError(
      'not-ours',
      `${kind} "${name}" exists already and belongs to ${owner}, not to the experiment "${experiment}"`,
      'choose another --name or --endpoint-name, or remove it first',
    );
  }
  if (recorded || !clients?.traits.shared) return;
  throw userError(
    'not-on-record',
    `${kind} "${name}" exists already and is tagged with the experiment "${experiment}", but this state directory has no record of it`,
    `it is a colleague's (choose another --name), or its ledger was lost (${ownCommand('down --orphans')} removes it)`,
  );
}

export function scopeOf(engine: ResourceEngine, kind: string, waiting: Scope['waiting']): Scope {
  return {
    get clients() {
      if (!engine.clients) throw new Error(`${kind} needs a cloud, and there is none yet`);
      return engine.clients;
    },
    clock: engine.clock,
    signal: engine.signal,
    experiment: engine.experiment,
    waiting,
  };
}

/** What one resource's part of the work tells, and is given. */
export function reporterOf(engine: ResourceEngine, verb: 'ensure' | 'remove', kind: string, name: string) {
  const startedMs = engine.clock.monotonicMs();
  const elapsedMs = () => engine.clock.monotonicMs() - startedMs;
  const subject = { verb, kind, name };
  const scope = scopeOf(engine, kind, (state) =>
    engine.emit({ type: 'resource-waiting', ...subject, state, elapsedMs: elapsedMs() }),
  );
  const report = {
    started: () => engine.emit({ type: 'resource-started', ...subject }),
    done: (outcome: Ensured<unknown>['outcome'] | 'removed' | 'absent' | 'kept') =>
      engine.emit({ type: 'resource-done', ...subject, outcome, elapsedMs: elapsedMs() }),
    failed: (error: unknown) =>
      engine.emit({
        type: 'resource-failed',
        ...subject,
        message: reasonOf(error),
        remedy: error instanceof MlbenchError ? error.remedy : '',
      }),
  };
  return { report, scope };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
