import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DownOutcome,
  InvokeOutcome,
  StatusOutcome,
  UpOutcome,
} from '../../src/experiment/contract/outcomes.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { Workplace } from './command-line.ts';

// A cloud minute passes in half a second, so that the fleet scales out while a short load lasts.
const standIn = ['--time-scale', '120'];

describe('an experiment, verb by verb', () => {
  let workplace: Workplace;
  let run: RunResult;
  let timeline: TimelineEvent[];

  beforeAll(() => {
    workplace = new Workplace();
  });
  afterAll(() => workplace.dispose());

  it('comes up, and says where the endpoint and the API are', async () => {
    const up = await workplace.mlbench('up', '--json', ...standIn);
    expect(up.stderr).toBe('');
    expect(up.exitCode).toBe(0);
    const outcome: UpOutcome = JSON.parse(up.stdout);
    expect(outcome).toMatchObject({ endpointName: 'mlbench', variantName: 'AllTraffic', instances: 1 });
    expect(outcome.autoscaling).toMatchObject({ minCapacity: 1, maxCapacity: 4, targetValue: 3_000 });
    expect(outcome.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
    expect(outcome.emulatedCapacity).toMatch(/emulated/);
  });

  it('changes nothing when it comes up again', async () => {
    const again = await workplace.mlbench('up', '--json', ...standIn);
    expect(again.exitCode).toBe(0);
    const outcome: UpOutcome = JSON.parse(again.stdout);
    expect(new Set(outcome.resources.map((resource) => resource.outcome))).toEqual(new Set(['unchanged']));
  });

  it.each(['runtime', 'api'])('answers one request through the %s', async (via) => {
    const invoked = await workplace.mlbench('invoke', '--json', '--via', via);
    expect(invoked.exitCode).toBe(0);
    const outcome: InvokeOutcome = JSON.parse(invoked.stdout);
    expect(outcome.status).toBe(200);
    expect(outcome.body).toMatch(/Adelie|Chinstrap|Gentoo/);
  });

  it('carries a load that makes it scale out, and accounts for every request', async () => {
    const load = await workplace.mlbench(
      ...['load', '--users', '150', '--ramp', '75', '--duration', '10s', '--seed', '1', '--json'],
    );
    expect([0, 5]).toContain(load.exitCode);
    run = JSON.parse(load.stdout);
    const { requests } = run;
    expect(requests.succeeded).toBeGreaterThan(500);
    expect(requests.sent).toBe(requests.succeeded + requests.failed + requests.inFlightAtEnd);
    expect(run.validity.checks.find((check) => check.name === 'bookkeeping')?.passed).toBe(true);
    expect(run.latencyUs.response.p99).toBeGreaterThanOrEqual(run.latencyUs.service.p50 as number);
  });

  it('keeps the result, the histogram, the timeline and the report of the run', () => {
    const folder = workplace.path('.mlbench', 'runs', run.runId);
    expect(readdirSync(folder).sort()).toEqual(
      ['intervals.hlog', 'report.html', 'response-time.hgrm', 'result.json', 'timeline.ndjson'].sort(),
    );
    expect(JSON.parse(readFileSync(`${folder}/result.json`, 'utf8'))).toEqual(run);
    timeline = readFileSync(`${folder}/timeline.ndjson`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(timeline.some((event) => event.type === 'load')).toBe(true);
    const times = timeline.map((event) => event.cloudTimeMs);
    expect(times.every((time) => Number.isFinite(time))).toBe(true);
  });

  it('saw the alarm fire before the desired count rose, and instances follow', () => {
    const alarm = timeline.find(
      (event) => event.type === 'alarm' && event.side === 'high' && event.state === 'ALARM',
    );
    const wanted = timeline.find((event) => event.type === 'capacity' && event.desired > 1);
    const arrived = timeline.find((event) => event.type === 'capacity' && event.current > 1);
    expect(alarm).toBeDefined();
    expect(wanted).toBeDefined();
    expect(arrived).toBeDefined();
    expect(wanted!.cloudTimeMs).toBeGreaterThanOrEqual(alarm!.cloudTimeMs);
    expect(arrived!.cloudTimeMs).toBeGreaterThanOrEqual(wanted!.cloudTimeMs);
  });

  it('shows in its status what stands', async () => {
    const status: StatusOutcome = JSON.parse((await workplace.mlbench('status', '--json')).stdout);
    expect(status).toMatchObject({ up: true, endpointName: 'mlbench', standIn: { healthy: true } });
    expect(status.runs).toContain(run.runId);
    expect(status.alarms.length).toBe(2);
  });

  it('scales in once the load is over, and watching ends when nothing moves any more', async () => {
    const watched = await workplace.mlbench('watch-scaling', '--until', 'stable', '--json');
    expect(watched.exitCode).toBe(0);
    const events: TimelineEvent[] = watched.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const capacities = events.filter((event) => event.type === 'capacity');
    expect(capacities.at(-1)).toMatchObject({ current: 1, desired: 1 });
    expect(events.some((event) => event.type === 'activity' && /to 1\./.test(event.description))).toBe(true);
  });

  it('goes down, leaves no process, and says so again when there is nothing left', async () => {
    const down = await workplace.mlbench('down', '--json');
    expect(down.exitCode).toBe(0);
    const outcome: DownOutcome = JSON.parse(down.stdout);
    expect(outcome.left).toEqual([]);
    expect(outcome.removed.map((resource) => resource.kind)).toContain('endpoint');
    expect(workplace.processes()).toEqual([]);
    const again = await workplace.mlbench('down', '--json');
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ removed: [], left: [] });
    expect(readdirSync(workplace.folder)).toEqual(['.mlbench']);
    expect(existsSync(workplace.path('.mlbench', 'runs', run.runId, 'report.html'))).toBe(true);
  });
});
