import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../../setup/python-environment.ts';
import { withoutAwsSettings } from '../../moto.ts';

/** An account in moto. */
export interface World {
  port: number;
  /** Another account, in which there is what there is in this one. No call may be under way. */
  fork(): Promise<World>;
  end(): void;
}

export interface Worlds {
  /** Empty. */
  first: World;
  stop(): Promise<void>;
}

export async function startWorlds(): Promise<Worlds> {
  const { python } = ensurePythonEnvironment();
  const child = spawn(python, [fileURLToPath(new URL('worlds.py', import.meta.url))], {
    env: { ...withoutAwsSettings(), PYTHONDONTWRITEBYTECODE: '1' },
    // Its end is the end of all forks, too: they have its stdin.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const [port] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error('moto ended before it listened'))),
  ]);
  return {
    first: worldAt(Number(port), child.pid as number),
    async stop() {
      child.kill('SIGKILL');
      child.stdin.end();
      await ended;
    },
  };
}

function worldAt(port: number, pid: number): World {
  return {
    port,
    async fork() {
      const response = await fetch(`http://127.0.0.1:${port}/worlds/fork`, {
        method: 'POST',
        headers: { connection: 'close' },
      });
      if (!response.ok) throw new Error(`moto does not fork: ${response.status} ${await response.text()}`);
      const forked = (await response.json()) as { port: number; pid: number };
      return worldAt(forked.port, forked.pid);
    },
    end: () => void process.kill(pid, 'SIGKILL'),
  };
}
