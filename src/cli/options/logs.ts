import { optionGroup } from '../../core/options/definition.ts';
import { duration, nonEmpty, oneOf } from '../../core/options/values.ts';
import { endpointNameOption } from '../../experiment/settings/endpoint-name-option.ts';

const what = optionGroup('What to read:');

export const logsOptions = {
  source: what.list(
    'endpoint|api|access',
    "the containers, the API's Lambda function, the API's access log; may be repeated",
    oneOf(['endpoint', 'api', 'access']),
    { shownDefault: 'endpoint' },
  ),
  since: what.value('DURATION', 'begin so long ago (wall time)', duration(1), { shownDefault: '10m' }),
  follow: what.switch('go on with new lines, until Ctrl-C', { short: 'f' }),
  filter: what.value(
    'TEXT',
    'lines that contain this text, upper and lower case told apart',
    nonEmpty('a text'),
  ),
  endpointName: endpointNameOption('What to read:', "any endpoint's containers", "the experiment's"),
};
