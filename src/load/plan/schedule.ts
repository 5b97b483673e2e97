import { mostUsersOf } from '../../offered/drive.ts';
import { driveOf, fullFromMs, type OfferedLoad } from '../../offered/offered-load.ts';
import { type LoadPlan, sharesMachine } from './plan.ts';

/** From when on the run is at its plan's load: all users started, warm-up over. */
export function steadyFromMs({ offered, warmupMs }: Pick<LoadPlan, 'offered' | 'warmupMs'>): number {
  return Math.max(warmupMs, fullFromMs(offered));
}

/**
 * The instant of the run from which nothing is sent. A load whose last arrivals are all sent ends with the last of
 * them: then this is when a generator that cannot keep up, or waits for connections, is given up.
 */
export function sendingEndMs({ offered, timeoutMs }: Pick<LoadPlan, 'offered' | 'timeoutMs'>): number {
  const drive = driveOf(offered);
  const mostLateMs = drive.drivenBy === 'arrivals' ? drive.mostLateMs : 0;
  return offered.durationMs + (mostLateMs > 0 ? timeoutMs + mostLateMs : 0);
}

/** Whether polling for arrivals takes no core from anyone: one is left beside the workers and the main thread. */
export function spareCore(
  plan: Pick<LoadPlan, 'offered' | 'destination'>,
  workers: number,
  cores: number,
): boolean {
  return driveOf(plan.offered).drivenBy === 'arrivals' && !sharesMachine(plan) && workers + 1 < cores;
}

/** Never more workers than users or connections; `auto` leaves one core to the rest of the machine. */
export function workerCount(
  requested: number | 'auto',
  { offered, connections }: { offered: OfferedLoad; connections: number },
  availableParallelism: number,
): number {
  const wanted = requested === 'auto' ? Math.max(1, availableParallelism - 1) : requested;
  const drive = driveOf(offered);
  return Math.max(1, Math.min(wanted, drive.drivenBy === 'users' ? mostUsersOf(drive) : connections));
}

/** So many say whether there is anything to load. */
export const firstAnswers = 20;

/** Each worker tells when its share of them has come. */
export function shareOfFirstAnswers(workers: number): number {
  return Math.ceil(firstAnswers / workers);
}

/** A connection of HTTP/2 exists to be kept. */
export function offersHttp2({ transport, keepAlive }: Pick<LoadPlan, 'transport' | 'keepAlive'>): boolean {
  return transport === 'undici' && keepAlive;
}
