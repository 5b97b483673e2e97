import type { RequestTimes } from '../measure/recorder.ts';
import type { ConnectionOwner } from '../transport/connection.ts';
import type { RequestFailure } from '../transport/failure.ts';
import type { HttpConnection } from '../transport/http-connection.ts';
import type { ScenarioRequest, ScenarioResponse } from './define-scenario.ts';
import { createResponse, judge } from './scenario-response.ts';
import type { ShapedRequest } from './scenario-shape.ts';
import type { World } from './scenario-world.ts';

export interface Exchange {
  asked: ScenarioRequest;
  shaped: ShapedRequest;
  times: RequestTimes;
  name: string;
}

/** @param thrown what the scenario's own check threw */
type Done = (response: ScenarioResponse, thrown?: unknown) => void;

/** One connection of a scenario's user, and the request that it carries; keeps the books of it. */
export class ScenarioExchange implements ConnectionOwner {
  readonly #world: World;
  readonly #connection: HttpConnection;
  #current: (Exchange & { done: Done; sent: boolean }) | undefined;
  #failuresInARow = 0;

  constructor(world: World) {
    this.#world = world;
    this.#connection = world.deps.connect(this);
  }

  get busy(): boolean {
    return this.#current !== undefined;
  }

  begin(exchange: Exchange, nowMs: number, done: Done): void {
    const { asked, shaped, times, name } = exchange;
    const current = { asked, shaped, times, name, done, sent: false };
    this.#current = current;
    if (this.#failuresInARow > 0) {
      // A host that refuses would otherwise be asked as fast as it can refuse.
      const backoffMs = Math.min(1_000, 50 * 2 ** this.#failuresInARow);
      this.#world.connecting++;
      this.#world.deps.clock.after(backoffMs, () => {
        if (this.#current !== current) return;
        this.#world.connecting--;
        current.times.intendedMs = this.#world.deps.clock.monotonicMs();
        current.times.takenMs = current.times.intendedMs;
        current.times.timed = false;
        this.#start(current.times.takenMs);
      });
    } else this.#start(nowMs);
  }

  opened(nowMs: number): void {
    if (this.#current === undefined) return;
    this.#world.connecting--;
    if (this.#world.stopping) this.#drop();
    else this.#send(nowMs);
  }

  answered(nowMs: number, firstByteMs: number, transportFailure: RequestFailure | null): void {
    const { deps, books } = this.#world;
    const { asked, shaped, times, name } = this.#current!;
    const received = this.#connection.response();
    let failure = transportFailure;
    let thrown: unknown;
    try {
      failure = judge(asked.expect, received, transportFailure);
    } catch (error) {
      thrown = error ?? new Error('the check threw nothing');
      failure = { kind: 'client', status: received.status, message: 'the check threw' };
    }
    const { method } = shaped.shape;
    if (failure === null) deps.recorder.succeeded(times, firstByteMs, nowMs);
    else deps.recorder.failed(times, { ...failure, name, method }, nowMs);
    if (times.intendedMs >= deps.warmupEndMs) {
      books.ended(
        name,
        method,
        failure === null,
        received.bodyBytes,
        failure === null ? nowMs - times.intendedMs : null,
      );
    }
    this.#failuresInARow = 0;
    this.#end(createResponse(received, failure), thrown);
  }

  failed(nowMs: number, failure: RequestFailure, responseStarted: boolean): void {
    const current = this.#current;
    if (current === undefined) return;
    const { deps, books } = this.#world;
    const { times, name } = current;
    const { method } = current.shaped.shape;
    if (current.sent) deps.recorder.failed(times, { ...failure, name, method }, nowMs);
    else {
      this.#world.connecting--;
      deps.recorder.failedUnsent(times, { ...failure, name, method }, nowMs);
    }
    if (times.intendedMs >= deps.warmupEndMs) {
      books.ended(name, method, false, 0, failure.kind === 'timeout' ? nowMs - times.intendedMs : null);
    }
    this.#failuresInARow = responseStarted ? 0 : Math.min(this.#failuresInARow + 1, 8);
    this.#end(createResponse(null, failure));
    this.#tellWhenSpent();
  }

  /** The run is over, or its user gone: what has not been sent never will be. */
  destroy(): void {
    if (this.#current !== undefined && !this.#current.sent) this.#drop();
    this.#connection.destroy();
  }

  abandon(nowMs: number): void {
    const current = this.#current;
    if (current?.sent) this.#world.deps.recorder.abandoned(current.times, nowMs);
    else if (current !== undefined) this.#world.deps.recorder.dropped(current.times);
    this.#current = undefined;
    this.#connection.destroy();
  }

  #start(nowMs: number): void {
    const world = this.#world;
    if (world.stopping) {
      this.#drop();
      return;
    }
    if (this.#connection.idle) this.#send(nowMs);
    else {
      world.connecting++;
      this.#connection.open();
    }
  }

  #send(nowMs: number): void {
    const { deps } = this.#world;
    const current = this.#current!;
    const { shape, body, bytes } = current.shaped;
    current.sent = true;
    deps.recorder.sent(current.times, nowMs);
    this.#connection.send(
      bytes ?? deps.request.bytesOf(shape, body ?? deps.request.nextBody(), deps.epochMs(nowMs)),
      nowMs,
      shape.method === 'HEAD',
    );
    this.#tellWhenSpent();
  }

  #drop(): void {
    this.#world.deps.recorder.dropped(this.#current!.times);
    this.#end(createResponse(null, { kind: 'client', status: 0, message: 'the run has ended' }));
  }

  #end(response: ScenarioResponse, thrown?: unknown): void {
    const { done } = this.#current!;
    this.#current = undefined;
    done(response, thrown);
  }

  #tellWhenSpent(): void {
    const world = this.#world;
    if (world.requestsLeft <= 0 && world.connecting === 0 && !world.stopping) world.deps.requestsSpent();
  }
}
