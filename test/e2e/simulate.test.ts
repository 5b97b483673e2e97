import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulateOutcome } from '../../src/commands/simulate.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { Workplace } from './command-line.ts';

/** A cloud minute passes in three quarters of a second. */
const timeScale = 80;
const minuteMs = 60_000;
/** Five cloud minutes: over before new instances come, so that the end of the load decides when the fleet scales in. */
const loadSeconds = 3.75;
/** A cloud minute for an instance, so that what is to be predicted comes soon. */
const provisioning = ['--provision-time', '1m'];
const policy = ['--target-value', '1300', '--max', '6', '--scale-in-cooldown', '60s'];

describe('a prediction, and then the experiment on the stand-in', () => {
  let workplace: Workplace;

  beforeAll(() => {
    workplace = new Workplace();
  });
  afterAll(() => workplace.dispose());

  it('every decision is the one predicted, within one evaluation period', async () => {
    const up = await workplace.mlbench(
      'up',
      '--no-api',
      '--time-scale',
      String(timeScale),
      ...provisioning,
      ...policy,
    );
    expect(up.exitCode, up.stderr).toBe(0);
    // 50 users once a second: 3,000 a minute, 2.31 instances.
    const load = await workplace.mlbench(
      ...[
        'load',
        '--users',
        '50',
        '--ramp',
        '1s',
        '--wait',
        'pacing:1s',
        '--duration',
        `${loadSeconds * 1_000}ms`,
        '--json',
      ],
    );
    expect([0, 5], load.stderr).toContain(load.exitCode);
    const watch = await workplace.mlbench('watch-scaling', '--json', '--until', 'stable');
    expect(watch.exitCode, watch.stderr).toBe(0);

    const timeline = timelineOf(workplace);
    const startMs = Date.parse(phaseOf(timeline, 'load-started').at);
    const loadMs = Date.parse(phaseOf(timeline, 'load-ended').at) - startMs;
    const told = watch.stdout
      .trim()
      .split('\n')
      .map((line): TimelineEvent => JSON.parse(line))
      .filter((event) => event.type === 'activity')
      .filter(
        (event, index, all) => all.findIndex(({ activityId }) => activityId === event.activityId) === index,
      );

    const simulated = await workplace.mlbench(
      ...['simulate', '--json', '--users', '50', '--ramp', `${timeScale}s`, '--duration', `${loadMs}ms`],
      ...['--settle', '40m', '--start-second', String(new Date(startMs).getUTCSeconds())],
      ...[...provisioning, ...policy],
    );
    expect(simulated.exitCode, simulated.stderr).toBe(0);
    const { summary }: SimulateOutcome = JSON.parse(simulated.stdout);
    expect(told.map(({ description }) => description)).toEqual(
      summary.changes.map(({ to }) => `Setting desired instance count to ${to}.`),
    );
    expect(summary.changes.map(({ to }) => to)).toEqual([3, 1]);
    // Alarms are evaluated on the cloud's minute: so that is what to count in.
    const secondMs = new Date(startMs).getUTCSeconds() * 1_000;
    for (const [index, change] of summary.changes.entries()) {
      const evaluation = minuteOf(Date.parse(told[index]?.at ?? '')) - minuteOf(startMs);
      expect(
        Math.abs(evaluation - minuteOf(secondMs + change.askedMs)),
        `decision ${index + 1}`,
      ).toBeLessThanOrEqual(1);
    }
  });
});

function minuteOf(ms: number): number {
  return Math.floor(ms / minuteMs);
}

function timelineOf(workplace: Workplace): TimelineEvent[] {
  const [run = ''] = readdirSync(workplace.path('.mlbench/runs'));
  return readFileSync(workplace.path(`.mlbench/runs/${run}/timeline.ndjson`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function phaseOf(events: readonly TimelineEvent[], phase: string): TimelineEvent {
  const found = events.find((event) => event.type === 'phase' && event.phase === phase);
  if (!found) throw new Error(`no phase ${phase}`);
  return found;
}
