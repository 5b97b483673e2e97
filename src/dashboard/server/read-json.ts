import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeldBodies, HeldBody } from '../../core/http/held-bodies.ts';

export type JsonBody = { kind: 'json'; value: unknown } | { kind: 'refused'; status: number; reason: string };

const mostBodyBytes = 65_536;

/** Forms of other pages cannot send this type without asking leave, which nobody gets. */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  bodies: HeldBodies,
): Promise<JsonBody> {
  const refused = (status: number, reason: string): JsonBody => ({ kind: 'refused', status, reason });
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refused(415, 'a command is application/json');
  }
  const read = await new Promise<HeldBody>((done) => bodies.read(request, response, mostBodyBytes, done));
  switch (read.kind) {
    case 'too-large':
      return refused(413, `a command takes less than ${mostBodyBytes} bytes`);
    case 'no-room':
      return refused(503, 'too many commands at a time');
    case 'gone':
      return refused(400, 'the command did not arrive whole');
    case 'read':
      try {
        return { kind: 'json', value: JSON.parse(read.body.toString('utf8')) };
      } catch {
        return refused(400, 'that is not JSON');
      }
  }
}
