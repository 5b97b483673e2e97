import { optionGroup } from '../../core/options/definition.ts';
import { matching, nonEmpty, oneOf } from '../../core/options/values.ts';

const common = optionGroup('Common options:');

/** As `resources/kinds/kind/names.ts` has it; checked here too, so that the message names where the name came from. */
const experimentName = matching(
  /^[a-z0-9](-*[a-z0-9]){0,23}$/,
  'a name for an experiment',
  'use up to 24 lower-case letters, digits and hyphens, starting and ending with a letter or digit',
);

const regionName = matching(
  /^[a-z]{2}(-[a-z]+)+-\d$/,
  'an AWS region',
  'write it like us-east-1 or eu-central-1',
);

/** Every verb takes these. */
export const commonOptions = {
  target: common.value(
    'local|aws',
    'where it happens: the embedded stand-in, or AWS',
    oneOf(['local', 'aws']),
    {
      shownDefault: "the experiment's, else local",
    },
  ),
  name: common.value('NAME', 'the experiment', experimentName, { shownDefault: 'mlbench' }),
  region: common.value('REGION', 'AWS region', regionName, {
    shownDefault: "the experiment's, else AWS_REGION, else on the stand-in us-east-1",
  }),
  profile: common.value('PROFILE', 'profile of the AWS credentials file', nonEmpty('a profile')),
  config: common.value('FILE', 'settings; keys are the long flags in camelCase', nonEmpty('a file'), {
    shownDefault: 'mlbench.config.json, if there is one',
    flagOnly: true,
  }),
  stateDir: common.value('DIR', 'where mlbench keeps its state and runs', nonEmpty('a folder'), {
    shownDefault: '.mlbench',
  }),
  json: common.switch('data on stdout as JSON, everything else on stderr'),
  quiet: common.switch('no progress; results, warnings and errors only'),
  color: common.negatable('no colours; NO_COLOR does the same'),
  yes: common.switch('do not ask'),
};
