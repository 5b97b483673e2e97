import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Beside, createFillIns } from './fill-ins.ts';
import type { Inspector } from './inspector.ts';
import { type Answer, createMoto, type MotoCalls } from './moto-calls.ts';
import { type CallSpot, type RecordedCall, spotFinder } from './recorded-call.ts';
import { nameCall, type Request } from './routes.ts';
import type { World } from './worlds.ts';

/** What becomes of a call: passed on, refused, answered otherwise; `dropped`: the connection ends without an answer. */
export type Intervention = (
  call: RecordedCall,
  /** Where in the command. */
  spot: CallSpot,
  pass: () => Promise<Answer>,
) => Promise<Answer | 'dropped'>;

/** What mlbench finds when it calls AWS. */
export interface Account {
  world: World;
  beside: Beside;
}

/** Stands between mlbench and moto: sees every call, stands in for what moto lacks, and breaks what a test wants broken. */
export interface Gateway {
  url: string;
  /** Where moto answers itself, unseen. */
  motoUrl: string;
  /** Resolves once no call is under way: one whose caller was killed goes on without it. */
  settled(): Promise<void>;
  /** Forgets the calls so far, and lets the intervention at those to come; without one all are passed on. */
  watch(intervention?: Intervention): void;
  /** In order of arrival, since `watch`. */
  calls(): readonly RecordedCall[];
  /** From now on, all calls go to that account. */
  enter(account: Account): void;
  stop(): Promise<void>;
}

/** @param inspect makes the inspector, which looks at what `motoUrl` shows */
export async function startGateway(inspect: (motoUrl: string) => Inspector): Promise<Gateway> {
  let moto: MotoCalls | undefined;
  let standIns: (call: RecordedCall) => Promise<Answer>;
  let calls: RecordedCall[] = [];
  let spotOf = spotFinder();
  let intervention: Intervention | undefined;

  const plain = await listen(async (request, response) => {
    const answer = await entered(moto).forward(await readRequest(request));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const inspector = inspect(plain.url);
  const routes = await inspector.routes();
  const seen = await listen(async (request, response) => {
    const raw = await readRequest(request);
    const call = { ...raw, ...nameCall(raw, routes) };
    calls.push(call);
    const spot = spotOf(call);
    const pass = () => standIns(call);
    const given = intervention ? await intervention(call, spot, pass) : await pass();
    if (given === 'dropped') {
      request.socket.destroy();
      return;
    }
    response.writeHead(given.status, given.headers).end(given.body);
  });
  return {
    url: seen.url,
    motoUrl: plain.url,
    settled: seen.settled,
    watch(next) {
      calls = [];
      spotOf = spotFinder();
      intervention = next;
    },
    calls: () => {
      seen.throwFailure();
      return calls;
    },
    enter({ world, beside }) {
      moto?.close();
      moto = createMoto(`http://127.0.0.1:${world.port}`);
      standIns = createStandIns(moto, inspector, beside);
    },
    async stop() {
      await Promise.all([seen.stop(), plain.stop()]);
      moto?.close();
    },
  };
}

function entered(moto: MotoCalls | undefined): MotoCalls {
  if (!moto) throw new Error('no account was entered');
  return moto;
}

interface Listening {
  url: string;
  settled(): Promise<void>;
  throwFailure(): void;
  stop(): Promise<void>;
}

async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Listening> {
  const failures: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = answer(request, response)
      .catch((error: unknown) => {
        if (!request.complete) return; // Its sender was killed over it.
        failures.push(error);
        request.socket.destroy();
      })
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    throwFailure() {
      if (failures.length > 0) throw failures[0];
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Each call goes to the one that stands in for it, else to moto. */
function createStandIns(
  moto: MotoCalls,
  inspector: Inspector,
  beside: Beside,
): (call: RecordedCall) => Promise<Answer> {
  const all = createFillIns(moto, inspector, beside);
  return (call) => {
    const forward = () => moto.forward(call);
    const own = all.map((fillIn) => fillIn[`${call.service} ${call.operation}`]).find(Boolean);
    return own ? own(call, forward) : forward();
  };
}

async function readRequest(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  return { method: request.method ?? '', url: request.url ?? '', headers, body: Buffer.concat(chunks) };
}
