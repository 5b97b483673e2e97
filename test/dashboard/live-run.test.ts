import { describe, expect, it } from 'vitest';
import { LiveRun } from '../../src/dashboard/live/live-run.ts';
import type { TimelineEvent } from '../../src/record/schemas/timeline.ts';
import { contents, planFor } from '../load/support/plan.ts';

function event(second: number): TimelineEvent {
  return {
    ...{ at: new Date(second * 1_000).toISOString(), cloudTimeMs: second * 1_000 },
    ...{ type: 'phase', phase: 'load-changed', message: `change ${second}` },
  };
}

function openRun(news = () => {}): LiveRun {
  const plan = planFor('http://user:secret@127.0.0.1:1/');
  return new LiveRun(
    {
      ...{
        runId: 'run-1',
        experiment: 'mlbench',
        plan,
        contents,
        workers: 1,
        debugged: false,
        watched: false,
        timeScale: 1,
        folder: '/runs/1',
      },
      request: { method: 'POST', name: '/' },
    },
    news,
  );
}

describe('a run that pages follow', () => {
  it('tells each event once: in the whole for whoever comes, or in the tick after', () => {
    const run = openRun();
    run.record(event(1));
    expect(run.state().timeline).toEqual([event(1)]);
    expect(run.tick().events).toEqual([]);
    run.record(event(2));
    expect(run.tick().events).toEqual([event(2)]);
    expect(run.tick().events).toEqual([]);
    expect(run.state().timeline).toEqual([event(1), event(2)]);
  });

  it('says what scaling waits for, until the fleet is out of sight', () => {
    const run = openRun();
    run.outlook(['AlarmHigh: 2/3 above 3,000', 'scale-out cooldown: 2m10s left']);
    expect(run.tick().facts!.fleet).toMatchObject({
      state: 'none',
      waitsFor: ['AlarmHigh: 2/3 above 3,000', 'scale-out cooldown: 2m10s left'],
    });
    run.sight({
      instances: 1,
      at: new Date(1_000).toISOString(),
      cloudTimeMs: 1_000,
      because: 'unreachable',
    });
    expect(run.tick().facts!.fleet).toMatchObject({ state: 'unseen', waitsFor: [] });
    run.sight(null);
    run.outlook(['AlarmLow: 1/15 below 2,700']);
    expect(run.tick().facts!.fleet).toMatchObject({
      state: 'watched',
      waitsFor: ['AlarmLow: 1/15 below 2,700'],
    });
  });

  it('goes from starting to its end, and says why', () => {
    const run = openRun();
    const phases = [run.state().now.phase];
    run.observe({ type: 'load-started', startAtMs: 0 });
    phases.push(run.state().now.phase);
    run.observe({ type: 'load-stopping', reason: 'asked' });
    phases.push(run.state().now.phase);
    expect(run.state().now.why).toBe('it was told to stop');
    run.watching();
    phases.push(run.state().now.phase);
    run.ended({ reportPath: '/runs/1/report.html', failed: null });
    phases.push(run.state().now.phase);
    expect(phases).toEqual(['starting', 'running', 'stopping', 'watching', 'ended']);
    expect(run.state().now.outcome?.reportPath).toBe('/runs/1/report.html');
  });

  it('shows no secret of the destination', () => {
    expect(JSON.stringify(openRun().state())).not.toContain('secret');
  });

  it('can be steered while it runs, and no longer', () => {
    const run = openRun();
    const controls = {
      unit: 'users' as const,
      offered: () => planFor('').offered,
      steer() {},
      step() {},
      stop() {},
    };
    expect(run.controls).toBeNull();
    const detach = run.steering.attach(controls);
    expect(run.controls).toBe(controls);
    expect(run.state().facts.unit).toBe('users');
    detach();
    expect(run.controls).toBeNull();
  });
});
