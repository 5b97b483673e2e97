import { Worker } from 'node:worker_threads';
import { builtProgram } from '../../core/package-paths.ts';

export interface NullServer {
  url: string;
  close(): Promise<void>;
}

/** In a thread of its own, which ends with this process at the latest. */
export function startNullServer(): Promise<NullServer> {
  const thread = new Worker(builtProgram('null-server'), { name: 'null-server' });
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', ({ port }: { port: number }) => {
      resolve({
        url: `http://127.0.0.1:${port}`,
        async close() {
          await thread.terminate();
        },
      });
    });
  });
}
