import type { CommanderError } from 'commander';
import { type MlbenchError, userError } from '../core/errors.ts';
import { hideUserinfo } from '../core/redact.ts';
import { answerFlag } from './foreign/answer-flag.ts';
import { answerVerb } from './foreign/answer-verb.ts';
import { verbEntries } from './verbs/entries.ts';
import { loadKnownVerbs } from './verbs/known-verbs.ts';

/** Where a command line was refused. */
export interface Refused {
  error: CommanderError;
  /** `load`, `local start`; empty: no verb was named. */
  verb: string;
  args: readonly string[];
  /** The help of what was asked for. */
  help: string;
}

/** Commander's message, in our two lines: what is wrong, and what to type instead. */
export async function usageError({ error, verb, args, help }: Refused): Promise<MlbenchError> {
  const helpCommand = `\`mlbench ${verb === '' ? '' : `${verb} `}--help\``;
  const children = verbEntries.find(({ name }) => name === verb)?.children?.map(({ name }) => name);
  const code = error.code.replace('commander.', '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [first = ''] = error.message.replace(/^error: /, '').split('\n');
  switch (error.code) {
    case 'commander.help':
      return children === undefined
        ? userError('no-command', 'no command given', `${helpCommand} lists them`, help)
        : userError(
            'no-command',
            `mlbench ${verb} needs to know what to do`,
            `add ${children.join(' or ')}`,
            help,
          );
    case 'commander.unknownCommand': {
      const typed = /'(.*)'/s.exec(first)?.[1] ?? '';
      const answer = answerVerb(typed, children ?? verbEntries.map(({ name }) => name));
      return userError(code, hideUserinfoIn(first), answer ?? `${helpCommand} lists what there is`);
    }
    case 'commander.unknownOption': {
      const typed = wholeToken(/'(.*)'/s.exec(first)?.[1] ?? '', args);
      const verbs = await loadKnownVerbs();
      const asked = verbs.find(({ name }) => name === verb) ?? null;
      const answer = answerFlag(typed, asked, verbs);
      return userError(code, `unknown option '${typed}'`, answer ?? `${helpCommand} lists what there is`);
    }
    default:
      return userError(code, first, `${helpCommand} lists what there is`);
  }
}

/** A URL typed where none has a place is shown without its password. */
function hideUserinfoIn(message: string): string {
  return message.replace(/\b\w+:\/\/[^\s']+/g, hideUserinfo);
}

/** What stands behind its last argument: one URL too many, a script. */
export function tooManyArguments(verb: string, excess: readonly string[]): MlbenchError {
  const [one = ''] = excess;
  const message = hideUserinfoIn(`too many arguments for '${verb}': ${excess.join(' ')}`);
  return userError('excess-arguments', message, excessRemedy(verb, one));
}

function excessRemedy(verb: string, excess: string): string {
  if (/^https?:\/\//i.test(excess))
    return verb === 'load' ? 'a load has one URL: keep one of them' : '`mlbench load --url URL` loads a URL';
  if (/\.(?:[cm]?[jt]s|py|lua|jmx|ya?ml)$/i.test(excess))
    return '`mlbench load --scenario FILE.ts` does what a file says: it is written in TypeScript';
  return `\`mlbench ${verb} --help\` lists what there is`;
}

/**
 * The flag as somebody typed it, without its value. Commander takes `-follow` apart, and names the part that it does
 * not know: `-ollow`.
 */
function wholeToken(unknown: string, args: readonly string[]): string {
  const isPart = !args.includes(unknown);
  const whole = isPart ? args.find((arg) => /^-[^-]/.test(arg) && arg.endsWith(unknown.slice(1))) : undefined;
  return (whole ?? unknown).replace(/=.*$/s, '');
}
