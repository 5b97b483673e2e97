/** A process of its own for a verb, to be killed: tells each event on a line. `node verb-process.ts VERB STATE_DIR` */
import { down } from '../../src/commands/down.ts';
import { up } from '../../src/commands/up.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';

const [verb, stateDir = ''] = process.argv.slice(2);
const context = {
  clock: systemClock,
  signal: new AbortController().signal,
  emit: (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`),
  stateDir,
  ledger: openLedger(stateDir),
  experiment: 'mlbench',
  target: 'local' as const,
  region: 'us-east-1',
  interactive: false,
};
await (verb === 'up' ? up({}, context) : down(context));
