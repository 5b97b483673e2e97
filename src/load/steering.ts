import { highestLevel, mostUsers, ratePieces } from './level.ts';
import type { LoadProfile, RateChange, UserChange } from './profile.ts';

/** Lets somebody change the load while it runs: keys of a terminal, a page, a program. */
export interface LoadSteering {
  /** Called once the load runs. @returns called once it has ended */
  attach(controls: LoadControls): () => void;
}

export interface LoadControls {
  /** What a step is; null: this load cannot be changed. */
  unit: SteeringUnit | null;
  /** By so many users, or so many percent of the planned rate; up to a limit, and beyond it ignored. */
  turn(steps: number): void;
  /** Nothing new is sent from here on. */
  stop(): void;
}

export type SteeringUnit = 'users' | 'percent';

export function steeringUnit({ model }: LoadProfile): SteeringUnit | null {
  return model === 'closed' ? 'users' : model === 'open' ? 'percent' : null;
}

/** The profile with one more change, from `atMs` of the run on; null where there is nothing to change. */
export function turnProfile(profile: LoadProfile, steps: number, atMs: number): LoadProfile | null {
  switch (profile.model) {
    case 'closed': {
      const changes = profile.changes ?? [];
      const before = changes.at(-1)?.addedUsers ?? 0;
      const planned = mostUsers({ ...profile, changes: [] });
      const addedUsers = within(before + steps, 1 - planned, mostUsersByHand - planned);
      const added = addedUsers === before ? null : append(changes, { atMs, addedUsers });
      return added && { ...profile, changes: added };
    }
    case 'open': {
      const changes = profile.changes ?? [];
      const before = changes.at(-1)?.ratePercent ?? 100;
      const planned = highestLevel(ratePieces({ ...profile, changes: [] }));
      const ratePercent = within(before + steps, 1, Math.floor((100 * mostRateByHandRps) / planned));
      const added = ratePercent === before ? null : append(changes, { atMs, ratePercent });
      return added && { ...profile, changes: added };
    }
    case 'trace':
      return null;
  }
}

/** The last change in words: `12 users more than planned`, `the rate is 110 % of the plan`. */
export function describeChange(profile: LoadProfile): string {
  if (profile.model === 'closed') {
    const added = profile.changes?.at(-1)?.addedUsers ?? 0;
    if (added === 0) return 'as many users as planned';
    const count = `${Math.abs(added)} user${Math.abs(added) === 1 ? '' : 's'}`;
    return `${count} ${added > 0 ? 'more' : 'fewer'} than planned`;
  }
  const percent = profile.model === 'open' ? (profile.changes?.at(-1)?.ratePercent ?? 100) : 100;
  return `the rate is ${percent} % of the plan`;
}

/** A key held down is one change. Beyond the most there may be, further ones are passed over. */
function append<Change extends UserChange | RateChange>(
  changes: readonly Change[],
  next: Change,
): Change[] | null {
  const last = changes.at(-1);
  if (last !== undefined && next.atMs - last.atMs < joinWithinMs)
    return [...changes.slice(0, -1), { ...next, atMs: last.atMs }];
  return changes.length < mostChanges ? [...changes, next] : null;
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

const mostUsersByHand = 60_000;
const mostRateByHandRps = 1_000_000;
const joinWithinMs = 100;
const mostChanges = 1_000;
