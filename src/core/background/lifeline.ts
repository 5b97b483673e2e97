import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { repeat, systemClock } from '../clock.ts';

/**
 * Preloaded into a program of ours that must not outlive whoever started it (`node --import`; `with-lifeline.ts` is the
 * other side). The starter holds the other end of a pipe: when it dies, however it dies, the pipe closes, and the program
 * ends at once rather than live on unseen. In a thread of its own, for the program's may be busy for a minute: loading a
 * model lets nothing else run.
 *
 * The thread also keeps the bounds that the address of this file names: `?memoryBytes=…&timeMs=…`.
 */
const pipe = 3;
const lookEveryMs = 50;

if (isMainThread) {
  const bounds = Object.fromEntries(new URL(import.meta.url).searchParams);
  // The thread alone must not keep a program alive that wants to end. What it is preloaded with is not to watch again.
  new Worker(new URL('?', import.meta.url), { workerData: { lifeline: bounds }, execArgv: [] }).unref();
} else if (workerData?.lifeline) {
  watch(workerData.lifeline);
}

function watch(bounds: { memoryBytes?: string; timeMs?: string }): void {
  const end = () => process.kill(process.pid, 'SIGKILL');
  // A line for whoever reads the program's errors: a signal says nothing.
  const exceed = (bound: string) => {
    try {
      writeSync(2, `\nlifeline: ${bound}\n`);
    } finally {
      end();
    }
  };
  new Socket({ fd: pipe }).on('error', end).on('close', end).resume();
  if (bounds.timeMs !== undefined) systemClock.after(Number(bounds.timeMs), () => exceed('time'));
  if (bounds.memoryBytes === undefined) return;
  const memoryBytes = Number(bounds.memoryBytes);
  // Resident memory, which is what a machine runs out of. Neither V8's heap limit nor `ulimit` would do: the first does not
  // count WebAssembly and native memory, the second counts address space, of which V8 reserves much.
  repeat(systemClock, lookEveryMs, () => {
    if (process.memoryUsage.rss() > memoryBytes) exceed('space');
  });
}
