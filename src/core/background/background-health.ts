import { get } from 'node:http';
import { healthPath } from './background-files.ts';

/** The instance id of whoever listens there; undefined if nobody answers in time. */
export function healthInstanceId(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: healthPath, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > 65_536) request.destroy();
        });
        response.on('error', () => resolve(undefined));
        response.on('close', () => resolve(undefined));
        response.on('end', () => resolve(instanceIdIn(body)));
      },
    );
    request.on('error', () => resolve(undefined));
  });
}

function instanceIdIn(body: string): string | undefined {
  try {
    const { instanceId } = JSON.parse(body);
    return typeof instanceId === 'string' ? instanceId : undefined;
  } catch {
    return undefined;
  }
}
