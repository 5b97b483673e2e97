import { describe, expect, it } from 'vitest';
import { createFleetSight } from '../../src/observe/fleet-sight.ts';
import { lastSeenWords, outOfSightWords } from '../../src/record/fleet/last-seen.ts';

const originCloudMs = 1_000_000;
const variant = (current: number) => ({ current, desired: current, endpointStatus: 'InService' });
const wallMs = Date.UTC(2026, 0, 1, 12, 3, 5);

describe('a fleet', () => {
  it('that is seen to the end has no last sight', () => {
    const sight = createFleetSight(() => originCloudMs);
    sight.looked({ atMs: originCloudMs, variant: variant(1) }, wallMs);
    expect(sight.lastSeen()).toBeNull();
  });

  it('whose endpoint is gone is what it was last seen to be, with its time', () => {
    const sight = createFleetSight(() => originCloudMs);
    sight.looked({ atMs: originCloudMs + 20_000, variant: variant(2) }, wallMs);
    sight.looked({ atMs: originCloudMs + 40_000, variant: null }, wallMs + 1_000);
    sight.missed();
    const lastSeen = sight.lastSeen()!;
    expect(lastSeen).toEqual({
      instances: 2,
      at: '2026-01-01T12:03:05.000Z',
      cloudTimeMs: 20_000,
      because: 'gone',
    });
    expect(lastSeenWords(lastSeen)).toBe('2 instances, last seen at 12:03:05 UTC');
    expect(outOfSightWords(lastSeen)).toBe('the endpoint is gone');
  });

  it('that could not be looked at is so, too, until it is seen again', () => {
    const sight = createFleetSight(() => originCloudMs);
    sight.looked({ atMs: originCloudMs, variant: variant(3) }, wallMs);
    sight.missed();
    expect(outOfSightWords(sight.lastSeen()!)).toBe('the cloud could not be reached any more');
    sight.looked({ atMs: originCloudMs, variant: variant(3) }, wallMs + 9_000);
    expect(sight.lastSeen()).toBeNull();
  });

  it('tells once that it comes out of sight, and once that it is back', () => {
    const told: (string | null)[] = [];
    const sight = createFleetSight(
      () => originCloudMs,
      (lastSeen) => told.push(lastSeen && lastSeenWords(lastSeen)),
    );
    sight.missed();
    sight.looked({ atMs: originCloudMs, variant: variant(1) }, wallMs);
    told.length = 0;
    sight.looked({ atMs: originCloudMs + 1_000, variant: variant(1) }, wallMs);
    sight.missed();
    sight.missed();
    sight.looked({ atMs: originCloudMs + 9_000, variant: variant(1) }, wallMs + 9_000);
    expect(told).toEqual(['1 instance, last seen at 12:03:05 UTC', null]);
  });

  it('that nobody ever saw has none', () => {
    const sight = createFleetSight(() => originCloudMs);
    sight.missed();
    expect(sight.lastSeen()).toBeNull();
  });
});
