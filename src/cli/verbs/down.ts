import { MlbenchError, userError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { optionGroup } from '../../core/options/definition.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { targetOf } from '../../experiment/targets/targets.ts';
import { downLines } from '../render/down-summary.ts';
import { orphanCount, orphanLines, orphanTable } from '../render/orphan-lines.ts';
import { type Asking, ask } from '../terminal/ask.ts';
import { harmlessLine } from '../terminal/sealed.ts';
import { wrapLines } from '../terminal/text.ts';
import { withoutExitCode } from './outcome.ts';
import { defineVerb, type VerbEnd, type VerbHost } from './verb.ts';

const downOptions = {
  orphans: optionGroup('What to remove:').switch(
    'what a lost ledger left behind, of --name or of all experiments; shown before it is removed',
    // A config file must not turn every `down` into a search of the account.
    { flagOnly: true },
  ),
};

export const downVerb = defineVerb({
  description:
    'Removes everything that belongs to the experiment, and proves by asking each service that nothing is left. ' +
    'Runs and reports stay.',
  examples: [
    'mlbench down',
    'mlbench down --name other',
    'mlbench down --target aws --yes',
    'mlbench down --target aws --orphans',
  ],
  options: downOptions,
  async run(settings, host) {
    if (settings.orphans) return await removeOrphans(host);
    await confirmRemoval(host);
    const { down } = await import('../../commands/down.ts');
    const outcome = await down(host.context);
    return {
      exitCode: outcome.exitCode,
      data: withoutExitCode(outcome),
      lines: (style, width) => downLines(outcome, host.context.experiment, style, width),
    };
  },
});

/** On AWS a mistake is not undone by another `up`. */
async function confirmRemoval(host: VerbHost): Promise<void> {
  const { context, common, terminal } = host;
  const { asksBeforeRemoving, words } = targetOf(context);
  if (!asksBeforeRemoving || common.yes) return;
  const what = `experiment ${context.experiment} ${words.on} in ${context.region}`;
  if (!terminal.interactive) {
    throw userError(
      'confirmation-needed',
      `down would remove ${what}, and there is no terminal to ask in`,
      `pass --yes: ${ownCommand('down --yes', context)}`,
    );
  }
  if (await ask(`Remove ${what}? [y/N] `, askingOf(host))) return;
  throw notConfirmed();
}

/** Shows what was found before anything is removed. */
async function removeOrphans(host: VerbHost): Promise<VerbEnd> {
  const { context, common } = host;
  const { downOrphans } = await import('../../commands/down.ts');
  const outcome = await downOrphans(common.name ?? null, context, (found) => confirmOrphans(found, host));
  return {
    exitCode: outcome.exitCode,
    data: withoutExitCode(outcome),
    lines: (style, width) => wrapLines(orphanLines(outcome, style), width),
  };
}

/** A colleague's experiments are not on this ledger either: nobody but a person can tell them from orphans. */
async function confirmOrphans(found: Parameters<typeof orphanTable>[0], host: VerbHost): Promise<void> {
  const { context, common, terminal } = host;
  const { stderr } = terminal;
  const lines = wrapLines(orphanTable(found, context.clock.nowMs(), stderr.style), stderr.size().columns);
  if (!common.quiet || !common.yes) stderr.write(`${lines.map(harmlessLine).join('\n')}\n`);
  if (common.yes) return;
  if (!terminal.interactive) {
    throw userError(
      'confirmation-needed',
      `down --orphans would remove ${orphanCount(found)}, and there is no terminal to ask in`,
      `look at the list (a colleague's experiment looks the same), then pass --yes: ${ownCommand('down --orphans --yes', { target: 'aws' })}`,
    );
  }
  const question = `A colleague's experiments would look the same. Remove ${orphanCount(found)}? [y/N] `;
  if (!(await ask(question, askingOf(host)))) throw notConfirmed();
}

function askingOf({ terminal, context: { signal }, interrupt }: VerbHost): Asking {
  return { terminal, signal, interrupt };
}

function notConfirmed(): MlbenchError {
  return new MlbenchError({
    code: 'not-confirmed',
    message: 'nothing was removed',
    remedy: 'answer y to remove it',
    source: 'user',
    exitCode: exitCodes.failed,
  });
}
