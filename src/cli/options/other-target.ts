import type { CommandContext } from '../../commands/context.ts';
import { flagOf } from './definition.ts';
import { standInOptions } from './stand-in.ts';

/** What `up` and `run` take for one target alone. `--ttl` and `--max-cost-usd` say it themselves, where they are resolved. */
const onlyFor: Record<CommandContext['target'], readonly string[]> = {
  local: [...Object.keys(standInOptions), 'apiPort'],
  aws: ['apiThrottle'],
};

/**
 * Says which of the settings mean nothing where the command works. They are no error: one config file, or one script, may
 * serve both targets.
 */
export function noteOtherTarget(
  settings: Record<string, unknown>,
  { target, emit }: Pick<CommandContext, 'target' | 'emit'>,
): void {
  const other = target === 'aws' ? 'local' : 'aws';
  const named = onlyFor[other].filter((key) => settings[key] !== undefined).map((key) => `--${flagOf(key)}`);
  if (named.length === 0) return;
  const [where, there] = target === 'aws' ? ['on AWS', 'the stand-in'] : ['on the stand-in', 'AWS'];
  emit({
    type: 'notice',
    level: 'warning',
    message: `${named.join(', ')}: without effect ${where}`,
    remedy: `leave ${named.length === 1 ? 'it' : 'them'} out, or pass --target ${other} for ${there}`,
  });
}
