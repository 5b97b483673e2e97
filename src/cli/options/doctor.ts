import { optionGroup } from '../../core/options/definition.ts';
import { latency } from '../../core/options/values.ts';
import { upOptions } from '../../experiment/settings/up-options.ts';
import { parseWorkers } from '../../load/agents/parse-workers.ts';

const check = optionGroup('What to check:');
const { instanceType, instances, max, image } = upOptions;
const asUpGetsIt = { group: 'What up would be told:' };

export const doctorOptions = {
  policy: check.switch('check nothing: print the IAM policy that lets somebody use mlbench'),
  generator: check.switch(
    'check nothing: find out what load this machine can offer, against a server of its own (half a minute)',
  ),
  workers: check.value('N|auto', 'with --generator: threads that send', parseWorkers, {
    shownDefault: 'auto',
  }),
  maxSendLag: check.value('DURATION', 'with --generator: how late the p99 of sends may be', latency(0.001), {
    shownDefault: '5ms',
  }),
  instanceType: { ...instanceType, ...asUpGetsIt },
  instances: { ...instances, ...asUpGetsIt },
  max: { ...max, ...asUpGetsIt },
  image: { ...image, ...asUpGetsIt },
};
