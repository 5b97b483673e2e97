import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFillIns } from './fill-ins.ts';
import type { Inspector } from './inspector.ts';
import { type Answer, createMoto, type MotoCalls } from './moto-calls.ts';
import { type CallSpot, type RecordedCall, spotsOf } from './recorded-call.ts';
import { nameCall, type Routes } from './routes.ts';

/** What becomes of a call: passed on, refused, answered otherwise; `dropped`: the connection ends without an answer. */
export type Intervention = (
  call: RecordedCall,
  /** Where in the command. */
  spot: CallSpot,
  pass: () => Promise<Answer>,
) => Promise<Answer | 'dropped'>;

/** Stands between mlbench and moto: sees every call, stands in for what moto lacks, and breaks what a test wants broken. */
export interface Gateway {
  url: string;
  /** Resolves once no call is under way: one whose caller was killed goes on without it. */
  settled(): Promise<void>;
  /** Forgets the calls so far, and lets the intervention at those to come; without one all are passed on. */
  watch(intervention?: Intervention): void;
  /** In order of arrival, since `watch`. */
  calls(): readonly RecordedCall[];
  /** Empties moto, and what stands in for what it lacks. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startGateway(motoUrl: string, inspector: Inspector): Promise<Gateway> {
  const routes = await inspector.routes();
  const moto = createMoto(motoUrl);
  let standIns = createStandIns(moto, inspector);
  let calls: RecordedCall[] = [];
  let intervention: Intervention | undefined;
  const failures: unknown[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request, routes);
    calls.push(call);
    const spot = spotsOf(calls).at(-1) as CallSpot;
    const pass = () => standIns(call);
    const given = intervention ? await intervention(call, spot, pass) : await pass();
    if (given === 'dropped') {
      request.socket.destroy();
      return;
    }
    response.writeHead(given.status, given.headers).end(given.body);
  };
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
    watch(next) {
      calls = [];
      intervention = next;
    },
    calls: () => {
      if (failures.length > 0) throw failures[0];
      return calls;
    },
    async reset() {
      await moto.reset();
      standIns = createStandIns(moto, inspector);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      moto.close();
    },
  };
}

/** Each call goes to the one that stands in for it, else to moto. */
function createStandIns(moto: MotoCalls, inspector: Inspector): (call: RecordedCall) => Promise<Answer> {
  const all = createFillIns(moto, inspector);
  return (call) => {
    const forward = () => moto.forward(call);
    const own = all.map((fillIn) => fillIn[`${call.service} ${call.operation}`]).find(Boolean);
    return own ? own(call, forward) : forward();
  };
}

async function readCall(request: IncomingMessage, routes: Routes): Promise<RecordedCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const raw = { method: request.method ?? '', url: request.url ?? '', headers, body: Buffer.concat(chunks) };
  return { ...raw, ...nameCall(raw, routes) };
}
