import type { ServerResponse } from 'node:http';
import { EventStreamCodec } from '@smithy/core/event-streams';

/**
 * InvokeEndpointWithResponseStream's answer: `PayloadPart` events that hold the container's bytes. An instance's answer
 * is complete before it is sent, since its capacity is emulated by holding it: so the parts come in one go.
 *
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function writeEventStream(
  response: ServerResponse,
  headers: Record<string, string | number>,
  body: Buffer,
): void {
  response.writeHead(200, { ...headers, 'content-type': 'application/vnd.amazon.eventstream' });
  for (let from = 0; from < body.byteLength; from += maxPartBytes) {
    response.write(codec.encode({ headers: partHeaders, body: body.subarray(from, from + maxPartBytes) }));
  }
  response.end();
}

const maxPartBytes = 65_536;

const partHeaders = {
  ':event-type': { type: 'string' as const, value: 'PayloadPart' },
  ':content-type': { type: 'string' as const, value: 'application/octet-stream' },
  ':message-type': { type: 'string' as const, value: 'event' },
};

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);
