import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../core/clock.ts';
import type { LiveRun } from '../live/live-run.ts';
import type { Part } from '../live/live-shape.ts';

/**
 * The pages that look on: each gets all of the run when it comes, and once a second what is new. Nothing is made while
 * nobody looks, and all of the run is made once a second at most, however many come, and however often. A page that does
 * not read is let go; its browser comes again, and gets everything anew. Whatever fails here is told once, and ends no
 * run.
 */
export class EventStream {
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  readonly #pages = new Set<ServerResponse>();
  /** Pages that have been told nothing yet. */
  readonly #newcomers = new Set<ServerResponse>();
  #run: LiveRun | null = null;
  #part: Part | null = null;
  #timer: Timer | undefined;
  #sequence = 0;
  /** When all of the run was made last. */
  #wholeAtMs = Number.NEGATIVE_INFINITY;

  /** @param failed told if pages cannot be told any more */
  constructor(clock: Clock, failed: (error: unknown) => void = () => {}) {
    this.#clock = clock;
    this.#failed = failed;
  }

  get pages(): number {
    return this.#pages.size + this.#newcomers.size;
  }

  get hasRoom(): boolean {
    return this.pages < mostPages;
  }

  /** Another run takes the place of the one before. */
  show(run: LiveRun): void {
    this.#run = run;
    for (const page of this.#pages) this.#newcomers.add(page);
    this.#pages.clear();
    this.#tell();
  }

  /** There is something new: told with everything else of the second. */
  news = (): void => {
    if (this.pages === 0) this.#run?.forgetNews();
    else this.#tellSoon();
  };

  /** What goes on around the run, such as a deployment before it: told at once, for it is rare. */
  tellPart = (part: Part): void => {
    this.#part = part;
    for (const page of this.#pages) this.#send(page, this.#message('part', part));
  };

  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      // Ended with its stream, it holds up nobody who closes the server.
      connection: 'close',
    });
    // Whoever was cut off comes again after a second.
    response.write('retry: 1000\n\n');
    this.#newcomers.add(response);
    response.on('close', () => this.#forget(response));
    if (this.#clock.monotonicMs() - this.#wholeAtMs >= tickMs) this.#tell();
    else this.#tellSoon();
  }

  /** The last of the news, and no more. */
  end(): void {
    this.#tell();
    for (const page of this.#pages) page.end('event: end\ndata: {}\n\n');
    this.#pages.clear();
  }

  #tellSoon(): void {
    this.#timer ??= this.#clock.after(tickMs, () => this.#tell());
  }

  /** Those that are there must hear first what newcomers are about to be told. */
  #tell(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    try {
      if (this.#run !== null && this.#pages.size > 0) this.#sendAll(this.#message('tick', this.#run.tick()));
      if (this.#newcomers.size > 0) this.#welcome();
    } catch (error) {
      this.#run = null;
      this.#failed(error);
    }
  }

  #welcome(): void {
    this.#wholeAtMs = this.#clock.monotonicMs();
    const part = this.#part === null ? '' : this.#message('part', this.#part);
    const message = part + this.#message('state', this.#run?.state() ?? null);
    for (const page of this.#newcomers) {
      this.#pages.add(page);
      this.#send(page, message);
    }
    this.#newcomers.clear();
  }

  #sendAll(message: string): void {
    for (const page of this.#pages) this.#send(page, message);
  }

  #message(event: 'state' | 'tick' | 'part', data: unknown): string {
    this.#sequence += 1;
    return `id: ${this.#sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #send(page: ServerResponse, message: string): void {
    if (page.writableLength > mostUnreadBytes) {
      this.#forget(page);
      page.destroy();
      return;
    }
    page.write(message);
  }

  #forget(page: ServerResponse): void {
    this.#pages.delete(page);
    this.#newcomers.delete(page);
  }
}

const tickMs = 1_000;
/** Some hold what they have not read: together they are to stay within what a load can spare. */
const mostPages = 128;
/** A page that has not read so much by the next second is not reading. */
const mostUnreadBytes = 1_048_576;
