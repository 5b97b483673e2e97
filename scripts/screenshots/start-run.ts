import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/mlbench.js', import.meta.url));

/** A real experiment that goes on in a real terminal, with its live page. */
export interface ShownRun {
  /** Of its live page. */
  url: string;
  /** What its terminal shows now, colours as control sequences. */
  screen(): string;
  /** Ends it; it takes down what it made. */
  stop(): Promise<void>;
}

/**
 * Starts a run in a terminal of tmux's, 100 columns wide.
 * @param folder where it keeps its state; somebody else's settings are not its own
 */
export async function startRun(folder: string): Promise<ShownRun> {
  const socket = join(folder, 'tmux');
  const tmux = (...args: string[]) => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8' });
  const foreign = Object.keys(process.env).filter((name) => /^(MLBENCH|AWS)_/.test(name));
  const command = [
    ...['env', ...foreign.flatMap((name) => ['-u', name]), '-u', 'CI', '-u', 'NO_COLOR'],
    ...[process.execPath, launcher, 'run', '--web', '0', '--time-scale', '20', '--duration', '80s'],
    ...['--expect', "'p99<2s'"],
  ];
  // The window stays when the run has ended, until it is told to go.
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-x',
    '100',
    '-y',
    '34',
    '-c',
    folder,
    `${command.join(' ')}; cat`,
  );
  const shown = (...more: string[]) => tmux('capture-pane', '-p', '-J', '-S', '-200', ...more);
  let url: string | undefined;
  for (let tries = 0; url === undefined; tries++) {
    if (tries > 300) throw new Error(`the run has no page:\n${shown()}`);
    await pause(200);
    url = /^http:\/\/\S+:\d+\/$/m.exec(shown())?.[0];
  }
  return {
    url,
    screen: () => tmux('capture-pane', '-p', '-e'),
    async stop() {
      tmux('send-keys', 'C-c');
      while (!/is down|nothing is left|nothing was left/i.test(shown())) await pause(500);
      tmux('kill-server');
    },
  };
}
