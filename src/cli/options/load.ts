import type { Settings } from '../../core/options/definition.ts';
import { fieldsOf } from '../../core/options/fields.ts';
import { refuseTwins } from '../../experiment/load/contradictions.ts';
import { type LoadOptions, loadOptions } from '../../experiment/load/load-options.ts';
import { refuseMixedLoads } from '../../offered/from-flags.ts';

/** The flags, as the command takes them. */
export function toLoadOptions(settings: Partial<Settings<typeof loadOptions>>): LoadOptions {
  const options = fieldsOf(loadOptions, settings);
  refuseTwins(options);
  refuseMixedLoads(options);
  return options;
}
