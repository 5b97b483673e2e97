import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createAwsJsonCodec } from '../../../src/localcloud/protocols/aws-json.ts';
import { createQueryCodec } from '../../../src/localcloud/protocols/query.ts';
import { createRpcV2CborCodec } from '../../../src/localcloud/protocols/rpc-v2-cbor.ts';
import type { TargetedService } from '../../../src/localcloud/service/operation.ts';

/** Targeted services on a loopback port, in every protocol, with what a client wants to know of it. */
export async function serve(...services: TargetedService[]) {
  const bugs: unknown[] = [];
  const reportBug = (error: unknown) => bugs.push(error);
  const codecs = [
    createRpcV2CborCodec(reportBug),
    createAwsJsonCodec(reportBug),
    createQueryCodec(reportBug),
  ];
  const server = createServer(async (request, response) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of request) pieces.push(piece);
    const raw = Buffer.concat(pieces);
    const { method = 'GET', url = '/', headers } = request;
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const wire = { method, url, headers, body, requestId: 'request-1' };
    const answer = await codecs.find((codec) => codec.matches(wire))!.handle(wire, services);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    bugs,
    clientConfig: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'mlbench', secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
