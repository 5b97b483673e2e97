import { hideUserinfo, userError } from '../../core/errors.ts';
import type { Settings } from '../../core/options/definition.ts';
import { fieldsOf } from '../../core/options/fields.ts';
import { type LoadOptions, loadOptions } from '../../experiment/load/load-options.ts';
import { refuseMixedLoads } from '../../offered/from-flags.ts';

/** The flags, as the command takes them. */
export function toLoadOptions(settings: Partial<Settings<typeof loadOptions>>): LoadOptions {
  refuseContradictions(settings);
  const options = fieldsOf(loadOptions, settings);
  refuseMixedLoads(options);
  return options;
}

function refuseContradictions(settings: Partial<Settings<typeof loadOptions>>): void {
  if (settings.url !== undefined && settings.endpointName !== undefined) {
    throw userError(
      'contradiction',
      `--url ${hideUserinfo(settings.url)} and --endpoint-name ${settings.endpointName} name two destinations`,
      'keep one of them',
    );
  }
  if (settings.body !== undefined && settings.data !== undefined) {
    throw userError(
      'contradiction',
      `--body and --data ${settings.data} both say what to send`,
      'keep one of them',
    );
  }
  if (settings.url !== undefined && settings.via !== undefined) {
    throw userError(
      'contradiction',
      `--via ${settings.via} says nothing about --url`,
      'leave out --via or --url',
    );
  }
  if (settings.method !== undefined && settings.url === undefined) {
    throw userError(
      'contradiction',
      `--method ${settings.method} has a meaning with --url alone`,
      'add --url, or leave out --method',
    );
  }
}
