import { parseWorkers } from '../../load/parse.ts';
import { optionGroup } from './definition.ts';
import { duration } from './values.ts';

const check = optionGroup('What to check:');

export const doctorOptions = {
  generator: check.switch('what load this machine can offer, against a server of its own (half a minute)'),
  workers: check.value('N|auto', 'threads that send', parseWorkers, { shownDefault: 'auto' }),
  maxSendLag: check.value('DURATION', 'how late the p99 of sends may be', duration(0.001), {
    shownDefault: '5ms',
  }),
};
