import { mostUsersOf } from '../../offered/drive.ts';
import { driveOf, fullFromMs, type OfferedLoad } from '../../offered/offered-load.ts';
import { type LoadPlan, sharesMachine } from './plan.ts';

/** From when on the run is at its plan's load: all users started, warm-up over. */
export function steadyFromMs({ profile, warmupMs }: Pick<LoadPlan, 'profile' | 'warmupMs'>): number {
  return Math.max(warmupMs, fullFromMs(profile));
}

/**
 * The instant of the run from which nothing is sent. A load whose last arrivals are all sent ends with the last of them: then
 * this is when a generator that cannot keep up, or waits for connections, is given up.
 */
export function sendingEndMs({ profile, timeoutMs }: Pick<LoadPlan, 'profile' | 'timeoutMs'>): number {
  const drive = driveOf(profile);
  const mostLateMs = drive.drivenBy === 'arrivals' ? drive.mostLateMs : 0;
  return profile.durationMs + (mostLateMs > 0 ? timeoutMs + mostLateMs : 0);
}

/** Whether polling for arrivals takes no core from anyone: one is left beside the workers and the main thread. */
export function spareCore(
  plan: Pick<LoadPlan, 'profile' | 'target'>,
  workers: number,
  cores: number,
): boolean {
  return driveOf(plan.profile).drivenBy === 'arrivals' && !sharesMachine(plan) && workers + 1 < cores;
}

/** Never more workers than users or connections; `auto` leaves one core to the rest of the machine. */
export function workerCount(
  requested: number | 'auto',
  { profile, connections }: { profile: OfferedLoad; connections: number },
  availableParallelism: number,
): number {
  const wanted = requested === 'auto' ? Math.max(1, availableParallelism - 1) : requested;
  const drive = driveOf(profile);
  return Math.max(1, Math.min(wanted, drive.drivenBy === 'users' ? mostUsersOf(drive) : connections));
}
