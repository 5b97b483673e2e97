/**
 * Runs one command after the other, each as if the process were its own: what it wrote and with which code it would have ended goes
 * to the parent. Loading and compiling mlbench takes longer than most commands do.
 */
import { runCommandLine } from '../../../../src/cli/run-command-line.ts';
import type { Ended } from '../../../support/ended.ts';
import { skippingClock } from './skipping-clock.ts';

export interface Order {
  args: string[];
  folder: string;
  environment: Record<string, string>;
}

process.on('message', async (order: Order) => {
  // While a command runs, only its own work keeps the event loop from running empty: that is when its clock skips.
  process.channel?.unref();
  const ended = await run(order);
  process.channel?.ref();
  process.send?.(ended);
});

async function run({ args, folder, environment }: Order): Promise<Ended> {
  process.chdir(folder);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  const outputs = { stdout: capture(process.stdout), stderr: capture(process.stderr) };
  const listeners = listenersOf(process);
  const { clock, stop } = skippingClock();
  const exit = process.exit;
  const exitCode = await new Promise<number>((resolve) => {
    process.exit = ((code: number) => {
      resolve(code);
      // To its caller, the process has ended.
      return new Promise(() => {});
    }) as typeof process.exit;
    void runCommandLine(args, clock);
  });
  process.exit = exit;
  stop();
  for (const [name, added] of addedSince(listeners)) {
    process.off(name, added);
    if (name === 'exit') added(exitCode);
  }
  return { exitCode, stdout: outputs.stdout.end(), stderr: outputs.stderr.end() };
}

/** Keeps what is written, instead of writing it. */
function capture(stream: NodeJS.WriteStream): { end(): string } {
  let text = '';
  const { write } = stream;
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  }) as typeof stream.write;
  return {
    end() {
      stream.write = write;
      return text;
    },
  };
}

type Listener = (...args: unknown[]) => void;

function listenersOf(emitter: NodeJS.Process): Map<string, readonly Listener[]> {
  return new Map(
    emitter
      .eventNames()
      .map((name) => [String(name), emitter.rawListeners(name as 'exit') as unknown as Listener[]]),
  );
}

function addedSince(before: Map<string, readonly Listener[]>): [name: string, added: Listener][] {
  return [...listenersOf(process)].flatMap(([name, now]) =>
    now
      .filter((listener) => !before.get(name)?.includes(listener))
      .map((listener): [string, Listener] => [name, listener]),
  );
}
