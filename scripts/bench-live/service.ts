/** The service that is loaded, in a process of its own; it ends with its parent. */
import { startNullServer } from '../../src/load/calibration/null-server.ts';

const { url } = await startNullServer();
process.on('disconnect', () => process.exit());
process.send?.(url);
