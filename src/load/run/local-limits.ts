import { readdirSync, readFileSync } from 'node:fs';
import { mostUsersOf } from '../../offered/drive.ts';
import { driveOf, expectedRate } from '../../offered/offered-load.ts';
import { formatRate } from '../../offered/words.ts';
import type { LoadPlan } from '../plan/plan.ts';

/** How many connections this machine lets one process have; null: nobody knows. */
export interface LocalLimits {
  /** File descriptors that the process may still open. */
  descriptors: number | null;
  /** Local ports that connections to one address of a service may have. */
  ports: number | null;
}

/** A limit of this machine that a run may come up against, and what to do about it. */
export interface Shortage {
  message: string;
  remedy: string;
}

/**
 * What this machine may lack for a plan. A connection for which it has no descriptor or no port fails before anything
 * is sent, and makes the run INVALID (`localFailures`).
 */
export function shortagesOf(
  plan: Pick<LoadPlan, 'offered' | 'connections' | 'maxRequests' | 'keepAlive'>,
  workers: number,
  { descriptors, ports }: LocalLimits,
): Shortage[] {
  const { drivenBy } = driveOf(plan.offered);
  const wanted = mostConnections(plan);
  const flag = drivenBy === 'users' ? '--users' : '--connections';
  const what = `${wanted} ${drivenBy === 'users' ? 'users, with a connection each,' : 'connections'}`;
  const free = descriptors === null ? null : Math.max(0, descriptors - reserved(workers));
  return [
    ...(free !== null && wanted > free
      ? [
          {
            message: `${what} may need more file descriptors than the ${free} that this process has for them`,
            remedy: `raise the limit (ulimit -n ${wanted + reserved(workers) + 256}), or pass ${flag} ${Math.max(1, free)}`,
          },
        ]
      : []),
    ...(ports !== null ? portsUsedUp(plan, ports) : []),
    ...(ports !== null && wanted > ports
      ? [
          {
            message: `${what} may need more local ports than the ${ports} that this machine has for one address`,
            remedy: `widen net.ipv4.ip_local_port_range, or pass ${flag} ${Math.max(1, ports)}`,
          },
        ]
      : []),
  ];
}

/**
 * A connection that has ended keeps its local port for a while (TIME_WAIT, RFC 9293 §3.6.1), lest what comes late of it
 * be taken for the next one's. With a connection for each request the rate decides how many ports that takes.
 */
function portsUsedUp(
  { offered, maxRequests, keepAlive }: Pick<LoadPlan, 'offered' | 'maxRequests' | 'keepAlive'>,
  ports: number,
): Shortage[] {
  if (keepAlive) return [];
  const expected = expectedRate(offered);
  const perSecond = expected === null ? null : (expected.peakRps ?? expected.meanRps);
  const seconds = offered.durationMs / 1_000;
  const all = expected === null ? Number.POSITIVE_INFINITY : expected.meanRps * seconds;
  const within = (perSecond ?? Number.POSITIVE_INFINITY) * Math.min(timeWaitSeconds, seconds);
  if (Math.min(maxRequests ?? Number.POSITIVE_INFINITY, all, within) <= ports) return [];
  const sustained = Math.floor(ports / timeWaitSeconds);
  const rate =
    perSecond === null ? 'as many connections as are answered' : `${formatRate(perSecond)} connections`;
  return [
    {
      message: `--no-keep-alive opens ${rate} a second, each of which may keep its local port for ${timeWaitSeconds} s after its end (TIME_WAIT); this machine has ${ports} ports for one address, enough for ${sustained} a second`,
      remedy: `offer at most ${sustained} requests a second, or for a shorter time; or widen net.ipv4.ip_local_port_range; or leave out --no-keep-alive`,
    },
  ];
}

/** Linux's, not to be changed (TCP_TIMEWAIT_LEN); other systems wait for 15 s to 4 min. */
const timeWaitSeconds = 60;

/** Looked at, not asked for: what the system does not show is unknown. */
export function readLocalLimits(): LocalLimits {
  const most = descriptorLimit();
  return {
    descriptors: most === null ? null : most - (descriptorsInUse() ?? mostUsedAtStart),
    ports: localPorts(),
  };
}

/** Neither users nor arrivals take more connections than they make requests. */
function mostConnections({
  offered,
  connections,
  maxRequests,
}: Pick<LoadPlan, 'offered' | 'connections' | 'maxRequests'>): number {
  const drive = driveOf(offered);
  const requests = maxRequests ?? Number.POSITIVE_INFINITY;
  if (drive.drivenBy === 'users') return Math.min(mostUsersOf(drive), requests);
  const rateRps = expectedRate(offered)?.meanRps ?? Number.POSITIVE_INFINITY;
  return Math.min(connections, requests, Math.ceil((rateRps * offered.durationMs) / 1_000));
}

/** A thread's event loop, the run's files, and whoever watches the service. */
function reserved(workers: number): number {
  return 8 * workers + 16;
}

/** Node raises the soft limit to the hard one when it starts. */
function descriptorLimit(): number | null {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
}

function descriptorsInUse(): number | null {
  try {
    return readdirSync('/dev/fd').length;
  } catch {
    return null;
  }
}

const mostUsedAtStart = 48;

/** Linux says; IPv6 has the same. */
function localPorts(): number | null {
  try {
    const [low, high] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .trim()
      .split(/\s+/)
      .map(Number);
    return low === undefined || high === undefined || Number.isNaN(high - low) ? null : high - low + 1;
  } catch {
    return null;
  }
}
