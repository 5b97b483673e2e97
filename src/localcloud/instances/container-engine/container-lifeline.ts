import { closeInheritedDescriptors } from '../../../core/background/inherited-descriptors.ts';
import { systemClock } from '../../../core/clock.ts';
import { keepFilesPrivate } from '../../../core/files/umask.ts';
import { controlContainerEngine, removeContainers } from './stray-containers.ts';

/**
 * Outlives the stand-in by a moment: the stand-in holds the other end of its standard input, and when it dies, however
 * it dies, what it has left in the container engine is removed. A container, other than a process, would not notice.
 */
closeInheritedDescriptors();
keepFilesPrivate();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const { containerEngine, label } = JSON.parse(process.argv[2] ?? '{}');

process.stdin.on('error', removeAndEnd);
process.stdin.on('close', removeAndEnd);
process.stdin.resume();

let ending = false;
function removeAndEnd(): void {
  if (ending) return;
  ending = true;
  removeContainers(label, controlContainerEngine(containerEngine, systemClock), systemClock).finally(() =>
    process.exit(0),
  );
}
