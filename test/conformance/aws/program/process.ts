/** The command line as it is, on a clock that skips idle waits, in a process of its own that can be killed. */
import { runCommandLine } from '../../../../src/cli/run-command-line.ts';
import { skippingClock } from './skipping-clock.ts';

await runCommandLine(process.argv.slice(2), skippingClock().clock);
