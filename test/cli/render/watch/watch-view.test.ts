import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createWatchView } from '../../../../src/cli/render/watch/watch-view.ts';
import { forTerminal } from '../../../../src/cli/terminal/sealed.ts';
import { plainStyle } from '../../../../src/cli/terminal/style.ts';
import type { Output, Terminal } from '../../../../src/cli/terminal/terminal.ts';
import type { Observation } from '../../../../src/observe/observation/observation.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const startMs = Date.UTC(2026, 0, 1, 12, 0, 0);

/** A watch on a screen of 100 columns; `screen` is what was painted last. */
function watching() {
  const clock = new ManualClock(startMs);
  let painted: string[] = [];
  const stdout: Output = {
    write(text) {
      painted = forTerminal(text).replaceAll('\u001b[K', '').split('\n');
    },
    isTerminal: true,
    size: () => ({ columns: 100, rows: 40 }),
    style: plainStyle,
    stream: new PassThrough() as unknown as NodeJS.WriteStream,
    flush: async () => {},
  };
  const terminal: Terminal = {
    stdout,
    stderr: stdout,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    interactive: true,
    suspension: { add: () => () => {}, suspend() {} },
    withoutColour() {},
    onClosed() {},
    flush: async () => {},
  };
  const view = createWatchView({
    context: { clock, emit() {} },
    terminal,
    json: false,
    quiet: false,
    interrupt() {},
  });
  view.start({
    endpointName: 'mlbench',
    variantName: 'AllTraffic',
    originCloudMs: startMs,
    cloudClock: { nowMs: () => clock.nowMs(), timeScale: 1 },
    capacityEmulated: false,
  });
  view.emit({
    type: 'timeline',
    event: {
      ...{ at: new Date(startMs).toISOString(), cloudTimeMs: 0 },
      ...{ type: 'capacity', current: 1, desired: 1, endpointStatus: 'InService' },
    },
  });
  const look = (): Observation => ({
    atMs: clock.nowMs(),
    variant: { current: 1, desired: 1, endpointStatus: 'InService' },
    alarms: [],
    transitions: [],
    activities: [],
    metrics: [],
    limits: null,
  });
  const notice = (level: 'info' | 'warning', message: string) =>
    view.emit({ type: 'notice', level, message });
  const screen = async () => {
    await clock.advance(500);
    return painted.slice(1, 4);
  };
  return { view, clock, look: () => view.look(look()), notice, screen };
}

describe('a watch on a screen', () => {
  it('tells of trouble with the time of the last look, until a look is answered without news', async () => {
    const { view, clock, look, notice, screen } = watching();
    await clock.advance(65_000);
    look();
    await clock.advance(60_000);
    notice('warning', 'connect ECONNREFUSED');
    expect(await screen()).toEqual([
      '1 instance, last seen at 12:01:05 UTC',
      'no answer: connect ECONNREFUSED',
      '',
    ]);
    look();
    expect((await screen()).slice(0, 2)).toEqual(['instances 1   endpoint InService', '']);
    view.close();
  });

  it('takes what is good to know for no trouble', async () => {
    const { view, look, notice, screen } = watching();
    look();
    notice('info', 'each look costs a little');
    expect((await screen()).slice(0, 2)).toEqual([
      'instances 1   endpoint InService',
      'each look costs a little',
    ]);
    view.close();
  });
});
