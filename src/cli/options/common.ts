import { optionGroup } from '../../core/options/definition.ts';
import { matching, nonEmpty, oneOf } from '../../core/options/values.ts';
import { targetNames } from '../../resources/engine/target-names.ts';

const common = optionGroup('Common options:');

/**
 * The rule of `resources/kinds/kind/names.ts`, checked here too: the message then names where the experiment's name
 * came from.
 */
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
    targetNames.join('|'),
    'where the experiment lives: on the embedded stand-in, or on AWS',
    oneOf(targetNames),
    {
      shownDefault: "the experiment's, else local",
    },
  ),
  name: common.value('NAME', 'name of the experiment', experimentName, { default: 'mlbench' }),
  region: common.value('REGION', 'AWS region', regionName, {
    shownDefault: "the experiment's, else AWS_REGION, else on the stand-in us-east-1",
  }),
  profile: common.value('PROFILE', 'profile of the AWS credentials file', nonEmpty('a profile')),
  config: common.value(
    'FILE',
    'file of settings; its keys are the long flags in camelCase',
    nonEmpty('a file'),
    {
      shownDefault: 'mlbench.config.json, if there is one',
      flagOnly: true,
    },
  ),
  stateDir: common.value('DIR', 'folder of the ledger, the stand-in and the runs', nonEmpty('a folder'), {
    default: '.mlbench',
  }),
  json: common.switch('data on stdout as JSON, everything else on stderr'),
  quiet: common.switch('no progress; results, warnings and errors only'),
  debug: common.switch('show what goes over the wire on stderr, secrets taken out'),
  color: common.negatable('no colours; NO_COLOR does the same'),
  yes: common.switch('answer yes to every question'),
};
