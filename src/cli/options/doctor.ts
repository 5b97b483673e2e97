import { optionGroup } from '../../core/options/definition.ts';
import { loadRunOptions } from '../../experiment/load/load-options.ts';
import { upOptions } from '../../experiment/settings/up-options.ts';
import { fineSendLagMs } from '../../record/judgement/checks.ts';

const group = 'What to check:';
const check = optionGroup(group);
const { workers, maxSendLag } = loadRunOptions;
const { instanceType, instances, max, image } = upOptions;
const asUpGetsIt = { group: 'What up would be told:' };

export const doctorOptions = {
  policy: check.switch('check nothing: print the IAM policy that lets somebody use mlbench'),
  generator: check.switch(
    'check nothing: find out what load this machine can offer, against a server of its own (half a minute)',
  ),
  workers: { ...workers, group, description: 'with --generator: threads that send' },
  maxSendLag: {
    ...maxSendLag,
    group,
    description: 'with --generator: how late the p99 of sends may be',
    shownDefault: `${fineSendLagMs}ms`,
  },
  instanceType: { ...instanceType, ...asUpGetsIt },
  instances: { ...instances, ...asUpGetsIt },
  max: { ...max, ...asUpGetsIt },
  image: { ...image, ...asUpGetsIt },
};
