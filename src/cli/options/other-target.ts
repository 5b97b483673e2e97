import { flagOf } from '../../core/options/definition.ts';
import type { CommandContext } from '../../experiment/context/context.ts';
import { standInOptions } from '../../experiment/settings/stand-in-options.ts';
import { targets } from '../../experiment/targets/targets.ts';

/**
 * What `up` and `run` take for one target alone. `--ttl` and `--max-cost-usd` say it themselves, where they are
 * resolved.
 */
const onlyFor: Record<CommandContext['target'], readonly string[]> = {
  local: [...Object.keys(standInOptions), 'apiPort', 'apiAllowOrigin'],
  aws: ['apiThrottle'],
};

/**
 * Says which of the settings mean nothing where the command works. They are no error: one config file, or one script,
 * may serve both targets.
 */
export function noteOtherTarget(
  settings: Record<string, unknown>,
  { target, emit }: Pick<CommandContext, 'target' | 'emit'>,
): void {
  const other = Object.values(targets).find(({ name }) => name !== target)!;
  const named = onlyFor[other.name]
    .filter((key) => settings[key] !== undefined)
    .map((key) => `--${flagOf(key)}`);
  if (named.length === 0) return;
  emit({
    type: 'notice',
    level: 'warning',
    message: `${named.join(', ')}: without effect ${targets[target].words.on}`,
    remedy: `leave ${named.length === 1 ? 'it' : 'them'} out, or pass --target ${other.name} for ${other.words.name}`,
  });
}

/** The stand-in is this machine's, whatever target was named: `local start --target aws` starts nothing on AWS. */
export function noteLocalAlone(
  { target }: { target: CommandContext['target'] | undefined },
  { emit }: Pick<CommandContext, 'emit'>,
): void {
  if (target === undefined || target === 'local') return;
  emit({
    type: 'notice',
    level: 'warning',
    message: `--target ${target}: without effect on the stand-in, which runs on this machine`,
    remedy: 'leave it out',
  });
}
