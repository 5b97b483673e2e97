import type { ConnectionOwner } from '../../../src/load/transport/connection.ts';
import type { RequestFailure } from '../../../src/load/transport/exchange/failure.ts';
import type { HttpConnection } from '../../../src/load/transport/exchange/http-connection.ts';
import type { ManualClock } from '../../support/manual-clock.ts';

/** A server in virtual time, and connections to it. */
export interface VirtualServer {
  /** How long it takes to answer the nth request, which it got at `nowMs`; null: never. */
  answerMs: (index: number, nowMs: number) => number | null;
  /** What it answers with instead of success. */
  failure?: (index: number, nowMs: number) => RequestFailure | null;
  handshakeMs?: number;
  refuses?: boolean;
  /** Closes each connection after one answer. */
  closes?: boolean;
}

interface VirtualLog {
  sentAtMs: number[];
  attemptsAtMs: number[];
  payloads: string[];
  open: number;
  mostOpen: number;
}

export function connectTo(server: VirtualServer, clock: ManualClock) {
  const log: VirtualLog = { sentAtMs: [], attemptsAtMs: [], payloads: [], open: 0, mostOpen: 0 };
  const connect = (owner: ConnectionOwner): HttpConnection => {
    let state: 'closed' | 'idle' | 'busy' = 'closed';
    let generation = 0;
    const close = () => {
      if (state !== 'closed') log.open--;
      state = 'closed';
    };
    return {
      get idle() {
        return state === 'idle';
      },
      open() {
        const mine = ++generation;
        log.attemptsAtMs.push(clock.monotonicMs());
        clock.after(server.handshakeMs ?? 0, () => {
          if (mine !== generation) return;
          if (server.refuses) {
            owner.failed(clock.monotonicMs(), { kind: 'connection', status: 0, message: 'refused' }, false);
            return;
          }
          state = 'idle';
          log.mostOpen = Math.max(log.mostOpen, ++log.open);
          owner.opened(clock.monotonicMs());
        });
      },
      send(request: Buffer, nowMs: number) {
        state = 'busy';
        const mine = generation;
        const index = log.sentAtMs.push(nowMs) - 1;
        log.payloads.push(request.toString());
        const tookMs = server.answerMs(index, nowMs);
        if (tookMs === null) return;
        clock.after(tookMs, () => {
          if (mine !== generation) return;
          if (server.closes) close();
          else state = 'idle';
          const answeredMs = clock.monotonicMs();
          owner.answered(answeredMs, answeredMs, server.failure?.(index, nowMs) ?? null);
        });
      },
      destroy() {
        close();
        generation++;
      },
      part() {
        this.destroy();
      },
      bodyBytes: 0,
      status: 200,
      location: '',
      response: () => ({ status: 200, head: '', body: Buffer.alloc(0) }),
    };
  };
  return { connect, log };
}
