/** The background process that serves the `/evaluate` API on loopback. Started by `process.ts`. */
import { listenOnLoopback, serveInBackground } from '../core/background/background-service.ts';
import { systemClock } from '../core/clock.ts';
import { createFront } from './front.ts';
import { createLeanInvoker } from './lean-invoker.ts';
import type { ApiFrontOptions } from './process.ts';

/**
 * The front passes on what anybody sends to it: it proves nothing to the stand-in, which takes any credentials from it.
 */
const standInIdentity = { accessKeyId: 'mlbench', secretAccessKey: 'local' };

await serveInBackground<ApiFrontOptions>(systemClock, async (options, _folder, identity) => {
  const invoker = createLeanInvoker({ ...options, identity: standInIdentity, clock: systemClock });
  const { origins, hosts } = options;
  const server = createFront(
    { invoker, clock: systemClock, origins, log: (line) => process.stderr.write(`${line}\n`) },
    identity,
    hosts,
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
