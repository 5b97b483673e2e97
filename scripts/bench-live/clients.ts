/** Event streams of a live page, without the page: `clients.ts URL COUNT`; its parent says when they come and go. */
import { type ClientRequest, get } from 'node:http';

const [url = '', count = '49'] = process.argv.slice(2);
let streams: ClientRequest[] = [];
process.on('message', (isOn) => {
  for (const stream of streams) stream.destroy();
  streams = isOn === true ? Array.from({ length: Number(count) }, open) : [];
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

function open(): ClientRequest {
  const request = get(new URL('/events', url), { agent: false }, (response) => response.resume());
  return request.on('error', () => {});
}
