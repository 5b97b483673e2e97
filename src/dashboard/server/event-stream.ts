import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../core/clock.ts';
import type { LiveRun } from '../live/live-run.ts';

/**
 * The pages that look on: each gets all of the run when it comes, and once a second what is new. Nothing is made while
 * nobody looks. A page that does not read is let go; its browser comes again, and gets everything anew.
 */
export class EventStream {
  readonly #clock: Clock;
  readonly #pages = new Set<ServerResponse>();
  #run: LiveRun | null = null;
  #timer: Timer | undefined;
  #sequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pages(): number {
    return this.#pages.size;
  }

  /** Another run takes the place of the one before. */
  show(run: LiveRun): void {
    this.#run = run;
    for (const page of this.#pages) this.#send(page, this.#stateMessage());
  }

  /** There is something new: told with everything else of the second. */
  news = (): void => {
    if (this.#pages.size === 0) this.#run?.forgetNews();
    if (this.#pages.size === 0 || this.#timer !== undefined) return;
    this.#timer = this.#clock.after(tickMs, () => this.#tell());
  };

  add(response: ServerResponse): void {
    // Those that are there must hear first what a newcomer is about to be told.
    if (this.#pages.size > 0) this.#tell();
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    // Whoever was cut off comes again after a second.
    this.#send(response, 'retry: 1000\n\n');
    this.#pages.add(response);
    response.on('close', () => this.#pages.delete(response));
    this.#send(response, this.#stateMessage());
    this.news();
  }

  /** The last of the news, and no more. */
  end(): void {
    this.#tell();
    for (const page of this.#pages) page.end('event: end\ndata: {}\n\n');
    this.#pages.clear();
  }

  #tell(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#run === null || this.#pages.size === 0) return;
    const message = this.#message('tick', this.#run.tick());
    for (const page of this.#pages) this.#send(page, message);
  }

  #stateMessage(): string {
    return this.#message('state', this.#run?.state() ?? null);
  }

  #message(event: 'state' | 'tick', data: unknown): string {
    this.#sequence += 1;
    return `id: ${this.#sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #send(page: ServerResponse, message: string): void {
    if (page.writableLength > mostUnreadBytes) {
      this.#pages.delete(page);
      page.destroy();
      return;
    }
    page.write(message);
  }
}

const tickMs = 1_000;
/** A whole long run is about as much; a page that has not read that by the next second is not reading. */
const mostUnreadBytes = 4_194_304;
