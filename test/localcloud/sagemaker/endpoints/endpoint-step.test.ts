import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  EndpointEvent,
  EndpointState,
  EndpointTiming,
  Step,
} from '../../../../src/localcloud/sagemaker/endpoints/endpoint-state.ts';
import {
  createEndpointState,
  isChangeable,
  isDeletable,
  stepEndpoint,
} from '../../../../src/localcloud/sagemaker/endpoints/endpoint-step.ts';
import { currentCount, nextWakeMs } from '../../../../src/localcloud/sagemaker/endpoints/fleet.ts';

const provisionTimeMs = 240_000;

/** Plays the host: remembers what was started and stopped, and steps the endpoint on. */
class Play {
  state: EndpointState | null;
  nowMs: number;
  readonly started: number[] = [];
  readonly stopped: number[] = [];

  readonly #timing: EndpointTiming;

  constructor(counts: number[], createTimeMs = 0) {
    this.#timing = { createTimeMs, provisionTimeMs };
    this.nowMs = 1_000_000;
    const targets = counts.map((desiredCount, index) => ({
      name: `v${index}`,
      desiredCount,
      desiredWeight: 1,
    }));
    this.state = null;
    this.take(createEndpointState('config-1', targets, this.nowMs, this.#timing));
  }

  take(step: Step): void {
    this.state = step.state;
    for (const effect of step.effects) {
      (effect.type === 'start-instance' ? this.started : this.stopped).push(effect.id);
    }
  }

  on(event: EndpointEvent): this {
    if (this.state) this.take(stepEndpoint(this.state, event, this.nowMs, this.#timing));
    return this;
  }

  pass(ms: number): this {
    this.nowMs += ms;
    return this.on({ type: 'time-passed' });
  }

  scale(desiredCount: number, desiredWeight = 1): this {
    return this.on({ type: 'capacity', wanted: [{ name: 'v0', desiredCount, desiredWeight }] });
  }

  get status() {
    return this.state?.status ?? 'gone';
  }

  get counts() {
    const variant = this.state?.variants[0];
    return variant && { current: currentCount(variant), desired: variant.desiredCount };
  }
}

describe('an endpoint', () => {
  test('is Creating until its first instances are ready, however many there are', () => {
    const play = new Play([2]);
    expect(play.started).toEqual([1, 2]);
    play.on({ type: 'instance-ready', id: 1 });
    expect(play.status).toBe('Creating');
    play.on({ type: 'instance-ready', id: 2 });
    expect(play.status).toBe('InService');
  });

  test('waits out its creation time though its processes are ready', () => {
    const play = new Play([1], 60_000).on({ type: 'instance-ready', id: 1 });
    expect(play.status).toBe('Creating');
    expect(nextWakeMs(play.state!)).toBe(play.nowMs + 60_000);
    expect(play.pass(59_999).status).toBe('Creating');
    expect(play.pass(1).status).toBe('InService');
  });

  test('that fails its health check is Failed, its other instances are stopped, and it can only be deleted', () => {
    const play = new Play([2]).on({ type: 'instance-failed', id: 1, reason: 'no ping' });
    expect(play.status).toBe('Failed');
    expect(play.state?.failureReason).toBe('no ping');
    expect(play.stopped).toEqual([2]);
    expect([isChangeable(play.state!), isDeletable(play.state!)]).toEqual([false, true]);
    expect(play.on({ type: 'delete' }).status).toBe('Deleting');
    expect(play.on({ type: 'instance-ended', id: 2 }).status).toBe('gone');
  });

  test('shows the count it wants at once, and the count it has after the provisioning time', () => {
    const play = inService(1).scale(3);
    expect([play.status, play.counts]).toEqual(['Updating', { current: 1, desired: 3 }]);
    play.on({ type: 'instance-ready', id: 2 }).on({ type: 'instance-ready', id: 3 });
    expect(play.pass(provisionTimeMs - 1).counts).toEqual({ current: 1, desired: 3 });
    expect([play.pass(1).counts, play.status]).toEqual([{ current: 3, desired: 3 }, 'InService']);
  });

  test('scales in by draining the youngest, and stays Updating until they have ended', () => {
    const play = inService(3).scale(1);
    expect(play.stopped).toEqual([2, 3]);
    expect([play.status, play.counts]).toEqual(['Updating', { current: 1, desired: 1 }]);
    play.on({ type: 'instance-ended', id: 3 });
    expect(play.status).toBe('Updating');
    expect(play.on({ type: 'instance-ended', id: 2 }).status).toBe('InService');
  });

  test('rolls a failed scale-out back to the old count', () => {
    const play = inService(1).scale(3).on({ type: 'instance-failed', id: 2, reason: 'no ping' });
    expect([play.status, play.counts, play.stopped]).toEqual([
      'RollingBack',
      { current: 1, desired: 1 },
      [3],
    ]);
    play.on({ type: 'instance-ended', id: 3 });
    expect([play.status, play.state?.failureReason]).toEqual(['InService', 'no ping']);
  });

  test('takes weights over once the counts are reached', () => {
    const play = inService(1).scale(2, 5);
    expect(play.state?.variants[0]).toMatchObject({ currentWeight: 1, desiredWeight: 5 });
    play.on({ type: 'instance-ready', id: 2 }).pass(provisionTimeMs);
    expect(play.state?.variants[0]?.currentWeight).toBe(5);
  });

  test('moves to another configuration only when all of its fleet serves, and then drains the old one', () => {
    const play = inService(2).on({
      type: 'update',
      configName: 'config-2',
      variants: [{ name: 'w', desiredCount: 1, desiredWeight: 1 }],
    });
    expect([play.state?.configName, play.counts]).toEqual(['config-1', { current: 2, desired: 2 }]);
    play.on({ type: 'instance-ready', id: 3 });
    expect([play.state?.configName, play.status, play.stopped]).toEqual(['config-2', 'Updating', [1, 2]]);
    play.on({ type: 'instance-ended', id: 1 }).on({ type: 'instance-ended', id: 2 });
    expect([play.status, play.state?.variants.map(({ name }) => name)]).toEqual(['InService', ['w']]);
  });

  test('takes for another configuration as long as for its first, and not as long as scaling out takes', () => {
    const update: EndpointEvent = {
      type: 'update',
      configName: 'config-2',
      variants: [{ name: 'w', desiredCount: 1, desiredWeight: 1 }],
    };
    const slow = new Play([1], 60_000).on({ type: 'instance-ready', id: 1 }).pass(60_000).on(update);
    slow.on({ type: 'instance-ready', id: 2 });
    expect(nextWakeMs(slow.state!)).toBe(slow.nowMs + 60_000);
    expect(slow.pass(59_999).state?.configName).toBe('config-1');
    expect(slow.pass(1).state?.configName).toBe('config-2');
    const quick = inService(1).on(update);
    expect(quick.on({ type: 'instance-ready', id: 2 }).state?.configName).toBe('config-2');
  });

  test('keeps its old fleet when the new one fails', () => {
    const play = inService(1)
      .on({
        type: 'update',
        configName: 'config-2',
        variants: [{ name: 'w', desiredCount: 2, desiredWeight: 1 }],
      })
      .on({ type: 'instance-ready', id: 2 })
      .on({ type: 'instance-failed', id: 3, reason: 'no ping' });
    expect([play.status, play.stopped, play.counts]).toEqual([
      'RollingBack',
      [2],
      { current: 1, desired: 1 },
    ]);
    play.on({ type: 'instance-ended', id: 2 });
    expect([play.status, play.state?.configName]).toEqual(['InService', 'config-1']);
  });

  test('stays InService when an instance crashes, which is still counted but does not serve until it is back', () => {
    const play = inService(1).on({ type: 'instance-crashed', id: 1 });
    expect([play.status, play.counts]).toEqual(['InService', { current: 1, desired: 1 }]);
    expect(play.state?.variants[0]?.instances[0]?.phase).toBe('restarting');
    play.on({ type: 'instance-ready', id: 1 });
    expect(play.state?.variants[0]?.instances[0]?.phase).toBe('serving');
  });

  test('does not count an instance that crashed while it was being provisioned', () => {
    const play = inService(1)
      .scale(2)
      .on({ type: 'instance-ready', id: 2 })
      .on({ type: 'instance-crashed', id: 2 });
    expect(play.pass(provisionTimeMs).counts).toEqual({ current: 1, desired: 2 });
    expect(play.on({ type: 'instance-ready', id: 2 }).counts).toEqual({ current: 2, desired: 2 });
  });

  test('never loses an instance and always comes to rest, whatever happens to it', () => {
    fc.assert(
      fc.property(fc.array(anyHappening, { maxLength: 40 }), (happenings) => {
        const play = new Play([1, 2]);
        const ended = new Set<number>();
        const end = (id: number) => {
          ended.add(id);
          play.on({ type: 'instance-ended', id });
        };
        for (const [what, choice] of happenings) {
          const alive = play.started.filter((id) => !ended.has(id));
          const id = alive[choice % Math.max(1, alive.length)];
          if (!play.state) break;
          if (what === 'ready' && id !== undefined) play.on({ type: 'instance-ready', id });
          if (what === 'ended' && id !== undefined && play.stopped.includes(id)) end(id);
          if (what === 'crashed' && id !== undefined) play.on({ type: 'instance-crashed', id });
          if (what === 'failed' && id !== undefined && isStarting(play.state, id)) {
            ended.add(id);
            play.on({ type: 'instance-failed', id, reason: 'no ping' });
          }
          if (what === 'time') play.pass(choice * 1_000);
          if (what === 'scale' && isChangeable(play.state)) {
            play.on({
              type: 'capacity',
              wanted: [
                { name: play.state.variants[0]!.name, desiredCount: 1 + (choice % 5), desiredWeight: 1 },
              ],
            });
          }
          if (what === 'update' && isChangeable(play.state)) {
            const variants = [{ name: 'w', desiredCount: 1 + (choice % 3), desiredWeight: 1 }];
            play.on({ type: 'update', configName: `config-${choice}`, variants });
          }
          if (what === 'delete' && isDeletable(play.state)) play.on({ type: 'delete' });
        }
        // An obliging host: everything started becomes ready, everything stopped ends.
        for (let round = 0; round < 4; round++) {
          for (const id of play.started) if (!ended.has(id)) play.on({ type: 'instance-ready', id });
          play.pass(provisionTimeMs);
          for (const id of play.stopped) if (!ended.has(id)) end(id);
        }
        expect(new Set(play.started).size).toBe(play.started.length);
        expect(new Set(play.stopped).size).toBe(play.stopped.length);
        expect(['InService', 'Failed', 'gone']).toContain(play.status);
        if (play.status === 'InService') {
          for (const variant of play.state!.variants)
            expect(currentCount(variant)).toBe(variant.desiredCount);
        }
        const left = play.started.filter((id) => !ended.has(id));
        const known = play.state?.variants.flatMap(({ instances }) => instances.map(({ id }) => id)) ?? [];
        expect(left.sort()).toEqual(known.sort());
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

const anyHappening = fc.tuple(
  fc.constantFrom('ready', 'ended', 'crashed', 'failed', 'time', 'scale', 'update', 'delete'),
  fc.nat({ max: 400 }),
);

function isStarting(state: EndpointState, id: number): boolean {
  return [...state.variants, ...(state.next?.variants ?? [])].some(({ instances }) =>
    instances.some((instance) => instance.id === id && instance.phase === 'starting' && !instance.ready),
  );
}

function inService(count: number): Play {
  const play = new Play([count]);
  for (const id of [...play.started]) play.on({ type: 'instance-ready', id });
  return play;
}
