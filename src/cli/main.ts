import { systemClock } from '../core/clock.ts';
import { keepFilesPrivate } from '../core/files/umask.ts';
import { runCommandLine } from './run-command-line.ts';

keepFilesPrivate();
await runCommandLine(process.argv.slice(2), systemClock);
