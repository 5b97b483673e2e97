import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import { createHeldBodies } from '../../core/http/held-bodies.ts';
import type { LoadSteering } from '../../load/run/controls.ts';
import type { FollowedRun } from '../../load/run/run-follower.ts';
import { LiveRun } from '../live/live-run.ts';
import type { Part } from '../live/live-shape.ts';
import type { RunShelf } from '../runs/run-shelf.ts';
import type { Access } from './access.ts';
import { EventStream } from './event-stream.ts';
import { listen } from './listen.ts';
import { readPageFiles } from './page-files.ts';
import { send } from './reply.ts';
import { type RouteDeps, replyTo } from './routes.ts';
import { createStrictServer } from './strict-server.ts';
import type { Workbench } from './workbench.ts';

export interface LiveServerOptions {
  clock: Clock;
  /** 0: the system chooses. */
  port: number;
  /** An address of loopback, or another that was asked for: then a key is needed. */
  host: string;
  /** What said the port, for messages; `--web` unless given. */
  portFlag?: string;
  /** Lets pages start runs. */
  workbench?: Workbench;
  /** Lets pages take past runs away. */
  shelf?: RunShelf;
  /** Told once if pages cannot be told any more; what they look at goes on. */
  failed?: (error: unknown) => void;
}

/** Serves the live page of one run after another. */
export interface LiveServer {
  /** What to open; with the key in its fragment where one is needed. */
  url: string;
  /** The run that pages see from now on. */
  follow(run: FollowedRun): LiveRun;
  /** Given to each run, so that pages can steer the one that they see. */
  steering: LoadSteering;
  /** What goes on around the runs. */
  tell(part: Part): void;
  /** Pages get the last of the news, and are told that there will be no more. */
  close(): Promise<void>;
}

/** @throws MlbenchError `web-port`, `web-host` (exit code 2) */
export async function openLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const { clock, failed = () => {} } = options;
  const stream = new EventStream(clock, failed);
  const access: Access = { own: { port: options.port }, token: null };
  let run: LiveRun | null = null;
  const deps: RouteDeps = {
    access,
    files: readPageFiles(),
    bodies: createHeldBodies(clock, { mostHeldBytes: 4_194_304, idleMs: 10_000 }),
    hasRoom: () => stream.hasRoom,
    run: () => run,
    workbench: options.workbench ?? null,
    shelf: options.shelf ?? null,
  };
  const server = createStrictServer((request, response) => {
    serve(request, response, deps, stream).catch(() => response.destroy());
  });
  const { port, isLoopback, host, names } = await listen(server, {
    ...{ port: options.port, host: options.host },
    portFlag: options.portFlag ?? '--web',
  });
  access.own = isLoopback ? { port } : { port, hosts: names, isCalledByAddress: true };
  access.token = isLoopback ? null : randomBytes(24).toString('base64url');
  return {
    url: `http://${host}:${port}/${access.token === null ? '' : `#${access.token}`}`,
    follow(followed) {
      run = new LiveRun(followed, stream.news);
      stream.show(run);
      return run;
    },
    steering: { attach: (controls) => run?.steering.attach(controls) ?? (() => {}) },
    tell: stream.tellPart,
    async close() {
      stream.end();
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeIdleConnections();
      const late = clock.after(lastWordsMs, () => {
        server.closeAllConnections();
        resolve();
      });
      await closed;
      late.cancel();
    },
  };
}

/** What a page gets to read the end of its stream. */
const lastWordsMs = 400;

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  deps: RouteDeps,
  stream: EventStream,
): Promise<void> {
  const reply = await replyTo(request, response, deps);
  if (reply.kind === 'events') stream.add(response);
  else send(reply, response);
}
