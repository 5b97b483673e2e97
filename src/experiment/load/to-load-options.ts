import type { Settings } from '../../core/options/definition.ts';
import { fieldsOf } from '../../core/options/fields.ts';
import { refuseMixedLoads } from '../../offered/from-flags.ts';
import { refuseTwins } from './contradictions.ts';
import { type LoadOptions, loadOptions } from './load-options.ts';

/** The flags, as the commands take them. @throws MlbenchError for two that cannot go together (exit code 2) */
export function toLoadOptions(settings: Partial<Settings<typeof loadOptions>>): LoadOptions {
  const options = fieldsOf(loadOptions, settings);
  refuseTwins(options);
  refuseMixedLoads(options);
  return options;
}
