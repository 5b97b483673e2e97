import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with completion scripts, and in it the files that completion may find. */
export class ShellPlace {
  readonly home = mkdtempSync(join(tmpdir(), 'mlbench-shell-'));
  readonly files = join(this.home, 'files');

  constructor(scripts: Record<'bash' | 'zsh' | 'fish', string>) {
    mkdirSync(this.files);
    for (const [shell, script] of Object.entries(scripts))
      writeFileSync(join(this.home, `completion.${shell}`), script);
    const source = (shell: string) => `source ${join(this.home, `completion.${shell}`)}\n`;
    // What would have been run, argument by argument.
    const stub = "mlbench() { printf 'RAN'; printf '<%s>' \"$@\"; printf '\\n'; }\n";
    writeFileSync(
      join(this.home, 'bashrc'),
      `${source('bash')}${stub}bind 'set bell-style none'\nPS1='READY> '\n`,
    );
    // zsh's own Tab expands what is typed before anything is completed.
    const initialised = `autoload -Uz compinit\ncompinit -u -d ${join(this.home, 'dump')}\n`;
    writeFileSync(
      join(this.home, '.zshrc'),
      `${initialised}${source('zsh')}${stub}setopt NO_BEEP\nbindkey '^I' complete-word\nPROMPT='READY> '\n`,
    );
  }

  /** Types a line in a real terminal. @returns what would have been run, or what stands there if nothing was. */
  type(shell: 'bash' | 'zsh', keys: string): Promise<string> {
    const command =
      shell === 'bash'
        ? `bash --noprofile --rcfile ${join(this.home, 'bashrc')} -i`
        : `env ZDOTDIR=${this.home} zsh -d -i`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: this.files,
      env: { PATH: process.env['PATH'], TERM: 'dumb', HOME: this.home, COLUMNS: '200', LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let output = '';
    let typed = false;
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (!typed && output.includes('READY> ')) {
        typed = true;
        child.stdin.write(keys);
      }
      const ran = /RAN(<.*>)\r?\n/.exec(output);
      if (ran !== null) resolve(ran[1]!);
    });
    child.on('error', reject).on('exit', () => resolve(output));
    return promise.finally(() => child.kill('SIGKILL'));
  }

  /** What bash's function answers to a line, without a terminal. */
  bashOffers(line: string): string[] {
    const harness = `
      source ${join(this.home, 'completion.bash')}
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2))
      _mlbench mlbench "" ""
      ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
    const words = line.split(' ');
    return this.#linesOf('bash', ['--norc', '-c', harness, 'bash', line, ...words]);
  }

  fishOffers(line: string): string[] {
    const ask = `source ${join(this.home, 'completion.fish')}; complete -C $argv[1]`;
    return this.#linesOf('fish', ['--no-config', '-c', ask, line]).map((offer) => offer.split('\t', 1)[0]!);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  #linesOf(shell: string, args: string[]): string[] {
    const env = { PATH: process.env['PATH'], HOME: this.home, LC_ALL: 'C.UTF-8' };
    const { stdout, stderr, error } = spawnSync(shell, args, { cwd: this.files, encoding: 'utf8', env });
    if (error !== undefined) throw error;
    if (stderr !== '') throw new Error(stderr);
    return stdout.split('\n').filter((text) => text !== '');
  }
}
