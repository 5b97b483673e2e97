import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ownCommand, repeatInCommands } from '../../../src/core/options/own-command.ts';

afterEach(() => repeatInCommands({}));

describe('a command that a message advises', () => {
  it('is the bare one where nothing was typed', () => {
    expect(ownCommand('down')).toBe('mlbench down');
    expect(ownCommand('local stop')).toBe('mlbench local stop');
    expect(ownCommand('down', { experiment: 'mlbench' })).toBe('mlbench down');
  });

  it('repeats what says where the experiment is, between the verb and its own flags', () => {
    repeatInCommands({ stateDir: 'a b', region: 'eu-west-1', name: 'other', target: 'aws' });
    expect(ownCommand('load --users 200 --ramp 10')).toBe(
      "mlbench load --target aws --name other --region eu-west-1 --state-dir 'a b' --users 200 --ramp 10",
    );
  });

  it('names the experiment that it is about', () => {
    repeatInCommands({ name: 'other', target: 'local' });
    expect(ownCommand('down', { experiment: 'third', target: 'aws' })).toBe(
      'mlbench down --target aws --name third',
    );
    expect(ownCommand('down', { experiment: 'mlbench' })).toBe('mlbench down --target local --name mlbench');
  });

  it.each([
    ["it's", `'it'\\''s'`],
    ['$(reboot)', "'$(reboot)'"],
    ['~/x', "'~/x'"],
    ['./.mlbench-2', './.mlbench-2'],
  ])('is one that a shell reads as meant: %s', (stateDir, written) => {
    repeatInCommands({ stateDir });
    expect(ownCommand('down')).toBe(`mlbench down --state-dir ${written}`);
  });

  it('is written nowhere else', () => {
    const source = fileURLToPath(new URL('../../../src', import.meta.url));
    const verbs = 'up|down|load|run|status|invoke|logs|doctor|simulate|local|watch-scaling';
    const byHand = new RegExp(`['"\`].*\\bmlbench (?:${verbs})\\b(?! --help)`);
    // Says how a command is written, of a command line that could not be read: nobody knows what was meant by it.
    // The stand-in is another process, which answers any client and knows no command line.
    const ofGrammar = /\/cli\/(foreign\/|usage-error)|\/src\/localcloud\//;
    const files = globSync(`${source}/**/*.ts`).filter((file) => !ofGrammar.test(file));
    const found = files.flatMap((file) =>
      withoutExamples(readFileSync(file, 'utf8'))
        .split('\n')
        .filter((line) => byHand.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line))
        // Tells what happened, and advises nothing.
        .filter((line) => !line.includes('was started by mlbench up')),
    );
    expect(found).toEqual([]);
  });
});

/** Help shows commands to begin with. */
function withoutExamples(text: string): string {
  return text.replace(/\bexamples(?:: \[| = \[)[^\]]*\]/g, '');
}
