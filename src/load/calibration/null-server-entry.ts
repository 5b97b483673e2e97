import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { foreignCaller } from '../../core/http/foreign-caller.ts';

/**
 * A thread that answers every HTTP request on a port of loopback at once, with as little work as a server can have:
 * what a load generator reaches against it is the generator's own limit. It takes a request to come in one piece, as
 * ours do on loopback, and looks into the first of a connection alone: no web page is to disturb a measurement.
 */
const port = parentPort;
if (port === null) throw new Error('null-server.js runs as a worker thread');

const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
  'latin1',
);

const server = createServer({ noDelay: true });
server.on('connection', (socket) => {
  // Whoever measures closes without a farewell.
  socket.on('error', () => socket.destroy());
  socket.once('data', (head) => {
    const reason = foreignCaller(headersIn(head.toString('latin1')), { port: socket.localPort ?? null });
    if (reason === undefined) {
      socket.write(answer);
      socket.on('data', () => socket.write(answer));
    } else {
      socket.end(`HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n${reason}\n`);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') port.postMessage({ port: address.port });
});

function headersIn(head: string): Record<string, string> {
  const lines = head.split('\r\n\r\n', 1)[0]!.split('\r\n').slice(1);
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.toLowerCase(), value.join(':').trim()];
    }),
  );
}
