import { optionGroup } from '../../core/options/definition.ts';
import { matching } from '../../core/options/values.ts';

const endpointName = matching(
  /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
  'an endpoint name',
  'use up to 63 letters, digits and hyphens, starting and ending with a letter or digit',
);

/** `up` and `run` say what to deploy; `load` and `invoke` which endpoint to talk to. */
export const endpointNameOption = (group: string, description: string, shownDefault: string) =>
  optionGroup(group).value('NAME', description, endpointName, { shownDefault });
