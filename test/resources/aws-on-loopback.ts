import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/core/clock.ts';
import { type CloudClients, createClients } from '../../src/resources/sdk/clients.ts';
import { awsAddress } from '../../src/resources/sdk/cloud-address.ts';

/** What an SDK client sent: its operation and its input, for services that speak JSON. */
export interface SeenCall {
  /** `AWSPriceListService.GetProducts`, or `POST /schedules/x` of a REST service. */
  operation: string;
  body: Record<string, unknown>;
}

export interface AwsOnLoopback {
  /** As for `--target aws`, but for where they call. */
  clients: CloudClients;
  calls: SeenCall[];
  close(): Promise<void>;
}

const variables = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/**
 * A server on loopback that the SDK takes for AWS, by the variables that every AWS tool reads.
 * @param answer undefined: never answers
 */
export async function awsOnLoopback(
  answer: (call: SeenCall) => { status: number; body: object } | undefined,
  options: { region?: string; attempts?: number } = {},
): Promise<AwsOnLoopback> {
  const calls: SeenCall[] = [];
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    calls.push(call);
    const said = answer(call);
    if (said) send(response, said.status, said.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ours: Record<string, string> = { ...variables, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  const before = Object.keys(ours).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, ours);
  const clients = createClients({
    clock: systemClock,
    signal: new AbortController().signal,
    cloud: awsAddress(options.region ?? 'us-east-1'),
    attempts: options.attempts ?? 1,
  });
  return {
    clients,
    calls,
    async close() {
      clients.close();
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readCall(request: IncomingMessage): Promise<SeenCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const operation = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
  return { operation, body: text === '' ? {} : JSON.parse(text) };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'req-1' });
  response.end(JSON.stringify(body));
}
