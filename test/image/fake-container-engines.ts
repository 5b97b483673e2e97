import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import type { ContainerEngineSurroundings } from '../../src/image/run-container-engine.ts';

/** A folder that is the whole PATH, for programs that are called like container engines. */
export interface FakeEngines {
  folder: string;
  around: ContainerEngineSurroundings & { abort(reason: Error): void };
  /**
   * Installs one: a shell script, given the arguments. `$FOLDER` is the folder; what is written to `$FOLDER/calls` can be
   * read by `calls`.
   */
  install(name: string, script: string): string;
  calls(): string[];
  remove(): void;
}

export function fakeEngines(environment: NodeJS.ProcessEnv = {}): FakeEngines {
  const folder = mkdtempSync(join(tmpdir(), 'mlbench-engines-'));
  const path = join(folder, 'bin');
  mkdirSync(path);
  const abort = new AbortController();
  return {
    folder,
    around: {
      clock: systemClock,
      signal: abort.signal,
      environment: { PATH: path, HOME: folder, ...environment },
      abort: (reason) => abort.abort(reason),
    },
    install(name, script) {
      const program = join(path, name);
      // The PATH within holds nothing else, so the script names its tools.
      writeFileSync(program, `#!/bin/sh\nPATH=/usr/bin:/bin\nFOLDER=${folder}\n${script}\n`);
      chmodSync(program, 0o755);
      return program;
    },
    calls() {
      const file = join(folder, 'calls');
      return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A container engine that runs, and answers everything with success. */
const healthy = (version: string) => `case "$1" in --version) echo "${version}";; esac; exit 0`;

export const docker = healthy('Docker version 28.2.2, build e6534b4');
export const podman = healthy('podman version 5.4.0');
export const finch = healthy('finch version v1.8.0');
