/** The background process that serves the `/evaluate` API on loopback. Started by `process.ts`. */
import { listenOnLoopback, serveInBackground } from '../core/background/background-service.ts';
import { systemClock } from '../core/clock.ts';
import { createFront } from './front.ts';
import { createLeanInvoker } from './lean-invoker.ts';
import type { ApiFrontOptions } from './process.ts';

/** The stand-in takes any credentials; mlbench's own clients all use these. */
const standInIdentity = { accessKeyId: 'mlbench', secretAccessKey: 'local' };

await serveInBackground<ApiFrontOptions>(systemClock, async (options, _folder, identity) => {
  const invoker = createLeanInvoker({ ...options, identity: standInIdentity, clock: systemClock });
  const server = createFront(
    { invoker, clock: systemClock, log: (line) => process.stderr.write(`${line}\n`) },
    identity,
  );
  const port = await listenOnLoopback(
    server,
    options.port,
    'choose another with --api-port, or --api-port 0 for any free one',
  );
  return {
    port,
    options,
    async stop() {
      server.close();
      server.closeAllConnections();
      await invoker.close();
    },
  };
});
