import type { ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';

/**
 * InvokeEndpointWithResponseStream's answer: `PayloadPart` events that hold the container's bytes. An instance's answer is
 * complete before it is sent, since its capacity is emulated by holding it: so the parts come in one go.
 *
 *   message = total length (4) | headers length (4) | CRC of those 8 (4) | headers | payload | CRC of all before (4)
 *   header  = name length (1) | name | 7 (string) | value length (2) | value
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
    response.write(payloadPart(body.subarray(from, from + maxPartBytes)));
  }
  response.end();
}

const maxPartBytes = 65_536;

const partHeaders = Buffer.concat([
  header(':event-type', 'PayloadPart'),
  header(':content-type', 'application/octet-stream'),
  header(':message-type', 'event'),
]);

function payloadPart(payload: Buffer): Buffer {
  const message = Buffer.alloc(16 + partHeaders.byteLength + payload.byteLength);
  message.writeUInt32BE(message.byteLength, 0);
  message.writeUInt32BE(partHeaders.byteLength, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  partHeaders.copy(message, 12);
  payload.copy(message, 12 + partHeaders.byteLength);
  const checked = message.byteLength - 4;
  message.writeUInt32BE(crc32(message.subarray(0, checked)), checked);
  return message;
}

function header(name: string, value: string): Buffer {
  const bytes = Buffer.alloc(4 + name.length + value.length);
  bytes.writeUInt8(name.length, 0);
  bytes.write(name, 1);
  bytes.writeUInt8(7, 1 + name.length);
  bytes.writeUInt16BE(value.length, 2 + name.length);
  bytes.write(value, 4 + name.length);
  return bytes;
}
