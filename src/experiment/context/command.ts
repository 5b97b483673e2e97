import type { CommandContext } from './context.ts';

/** A command to type, for the experiment at hand. */
export function command({ experiment }: Pick<CommandContext, 'experiment'>, verb: string): string {
  return `mlbench ${verb}${experiment === 'mlbench' ? '' : ` --name ${experiment}`}`;
}
