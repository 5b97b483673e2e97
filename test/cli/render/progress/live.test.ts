import { PassThrough } from 'node:stream';
import ora from 'ora';
import { expect, it } from 'vitest';
import { createLiveProgress } from '../../../../src/cli/render/progress/live.ts';
import { plainStyle } from '../../../../src/cli/terminal/style.ts';
import type { Output } from '../../../../src/cli/terminal/terminal.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { loadProgress } from '../samples.ts';

const suspension = { add: () => () => {}, suspend() {} };

/** A terminal of 80 columns that remembers everything written to it. */
function recorder() {
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 80,
    rows: 24,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  });
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  const output: Output = {
    write: (part) => void stream.write(part),
    isTerminal: true,
    size: () => ({ columns: 80, rows: 24 }),
    style: plainStyle,
    stream: stream as unknown as NodeJS.WriteStream,
    flush: async () => {},
  };
  return { output, written: () => text };
}

it('what is done scrolls away above what is under way, and nothing spins on after the end', async () => {
  const { output, written } = recorder();
  const clock = new ManualClock();
  const progress = createLiveProgress(
    output,
    suspension,
    (options) => ora({ ...options, isEnabled: true }),
    clock,
  );
  const step = { verb: 'ensure', kind: 'endpoint', name: 'mlbench' } as const;
  progress.emit({ type: 'resource-started', ...step });
  await clock.advance(1_500);
  progress.emit({ type: 'resource-waiting', ...step, state: 'Creating', elapsedMs: 1_500 });
  expect(written()).toContain('endpoint mlbench');
  expect(written()).toMatch(/endpoint mlbench: Creating 1\.5s/);
  progress.emit({ type: 'resource-done', ...step, outcome: 'created', elapsedMs: 2_000 });
  expect(written()).toContain('✔ endpoint mlbench created 2s\n');

  progress.emit(loadProgress());
  expect(written()).toContain('198/s');
  progress.emit({
    type: 'timeline',
    event: {
      at: '',
      cloudTimeMs: 250_000,
      type: 'capacity',
      current: 1,
      desired: 4,
      endpointStatus: 'Updating',
    },
  });
  expect(written()).toContain('  +4m10s  instances 1 → 4  endpoint Updating\n');
  expect(written()).toMatch(/198\/s.*instances 1 → 4/);
  progress.emit({ type: 'load-stopping', reason: 'interrupted' });
  progress.close();
  const atEnd = written();
  await clock.advance(10_000);
  expect(written()).toBe(atEnd);
  expect(atEnd).toMatch(/interrupted; waiting for requests in flight/);
});
