import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));

/** A real experiment that goes on, with its live page. */
export interface ShownRun {
  /** Of its live page. */
  url: Promise<string>;
  /** What its terminal shows so far. */
  said(): string;
  /** Ends it; it takes down what it made. */
  stop(): Promise<void>;
}

/** @param folder where it keeps its state; somebody else's settings are not its own */
export function startRun(folder: string): ShownRun {
  const own = Object.entries(process.env).filter(([name]) => !/^(MLBENCH|AWS)_/.test(name));
  const child = spawn(
    process.execPath,
    [launcher, 'run', '--web', '0', '--time-scale', '20', '--duration', '80s'],
    {
      cwd: folder,
      env: { ...Object.fromEntries(own), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  const ended = once(child, 'exit');
  const url = new Promise<string>((found, failed) => {
    const hear = (chunk: Buffer) => {
      text += chunk.toString();
      const address = /http:\/\/\S+:\d+\/(?=\s)/.exec(text);
      if (address !== null) found(address[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    ended.then(() => failed(new Error(`the run has ended without a page:\n${text}`)));
  });
  return {
    url,
    said: () => text,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
