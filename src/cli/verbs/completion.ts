import { exitCodes } from '../../core/exit-codes.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { vocabularyOf } from '../completion/vocabulary.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { defineVerb, type Verb } from './verb.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** How a shell is told of it, for good. */
const installed: Record<keyof typeof scripts, string[]> = {
  bash: [
    'mlbench completion bash > ~/.local/share/bash-completion/completions/mlbench',
    "echo 'source <(mlbench completion bash)' >> ~/.bashrc      without the package bash-completion",
  ],
  zsh: [
    'mlbench completion zsh > ~/.zfunc/_mlbench      where ~/.zfunc is in fpath before compinit',
    "echo 'source <(mlbench completion zsh)' >> ~/.zshrc      after the line with compinit",
  ],
  fish: ['mlbench completion fish > ~/.config/fish/completions/mlbench.fish'],
};

/** Printed, not installed: where it goes is the user's to say. */
export function completionVerb(shell: keyof typeof scripts): Verb {
  return defineVerb({
    description: `Prints a script that completes mlbench's verbs, flags and their values in ${shell}. The script is whole: it starts no program while you type.`,
    examples: installed[shell],
    options: {},
    standsAlone: () => true,
    callsNoCloud: () => true,
    async run(_settings, { verbs }) {
      const script = scripts[shell](await vocabularyOf(verbs));
      return { exitCode: exitCodes.ok, data: { shell, script }, lines: () => script.trimEnd().split('\n') };
    },
  });
}
