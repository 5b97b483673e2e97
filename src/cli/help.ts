import type { Command, Help, Option } from 'commander';

const widest = 100;

/** Commands first, then options under their headings, then the common ones, all within 100 columns. */
export function formatHelp(command: Command, helper: Help): string {
  helper.helpWidth = Math.min(helper.helpWidth ?? widest, widest);
  // `help VERB` works, but `VERB --help` is the one to show.
  const subcommands = helper.visibleCommands(command).filter((subcommand) => subcommand.name() !== 'help');
  const options = visibleOptions(command, helper);
  const terms = [
    ...subcommands.map((subcommand) => helper.subcommandTerm(subcommand)),
    ...options.map((option) => helper.optionTerm(option)),
  ];
  const termWidth = Math.max(0, ...terms.map((term) => term.length));
  const item = (term: string, description: string) => helper.formatItem(term, termWidth, description, helper);

  const sections = [
    usageOf(command, helper),
    helper.boxWrap(helper.commandDescription(command), helper.helpWidth),
    ...grouped(subcommands, (subcommand) => subcommand.helpGroup() || 'Commands:').map(
      ([heading, members]) =>
        `${heading}\n${members.map((member) => item(helper.subcommandTerm(member), helper.subcommandDescription(member))).join('\n')}`,
    ),
    ...grouped(options, (option) => option.helpGroupHeading ?? 'Options:').map(
      ([heading, members]) =>
        `${heading}\n${members.map((member) => item(helper.optionTerm(member), member.description)).join('\n')}`,
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Without what may stand alone, and with it: a line each. */
function usageOf(command: Command, helper: Help): string {
  const whole = helper.commandUsage(command);
  const alone = command.registeredArguments.map((argument) => ` [${argument.name()}]`).join('');
  if (alone === '' || !whole.endsWith(alone)) return `Usage: ${whole}`;
  const bare = whole.slice(0, -alone.length);
  return `Usage: ${bare}\n       ${bare}${alone.replace(/[[\]]/g, '')}`;
}

/** The command's own and its parents'; a negated option shows as `--no-api` alone. */
function visibleOptions(command: Command, helper: Help): Option[] {
  return [...helper.visibleOptions(command), ...helper.visibleGlobalOptions(command)].sort(
    (a, b) => rank(a) - rank(b),
  );
}

function rank(option: Option): number {
  if (option.long === '--help') return 2;
  return option.helpGroupHeading === 'Common options:' ? 1 : 0;
}

function grouped<Item>(items: readonly Item[], headingOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const heading = headingOf(item);
    groups.set(heading, [...(groups.get(heading) ?? []), item]);
  }
  return [...groups];
}
