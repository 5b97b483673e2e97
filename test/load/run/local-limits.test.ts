import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LocalLimits, readLocalLimits, shortagesOf } from '../../../src/load/run/local-limits.ts';
import { loadFromFlags } from '../../../src/offered/from-flags.ts';
import type { LoadFlags } from '../../../src/offered/options.ts';
import { planFor } from '../support/plan.ts';

const plenty: LocalLimits = { descriptors: 20_000, ports: 28_232 };

function shortages(flags: LoadFlags, limits: Partial<LocalLimits>, connections = 4_096, keepAlive = true) {
  const plan = planFor('http://service.example', {
    offered: loadFromFlags(flags).load,
    maxRequests: flags.maxRequests ?? null,
    connections,
    keepAlive,
  });
  return shortagesOf(plan, 2, { ...plenty, ...limits });
}

describe('a plan that may need more than this machine has', () => {
  it('is told so for its users, each of whom has a connection', () => {
    const flags = { users: 1_000, durationMs: 1_000 };
    expect(shortages(flags, { descriptors: 256 })).toEqual([
      {
        message:
          '1000 users, with a connection each, may need more file descriptors than the 224 that this process has for them',
        remedy: 'raise the limit (ulimit -n 1288), or pass --users 224',
      },
    ]);
    expect(shortages(flags, { ports: 21 })).toEqual([
      {
        message:
          '1000 users, with a connection each, may need more local ports than the 21 that this machine has for one address',
        remedy: 'widen net.ipv4.ip_local_port_range, or pass --users 21',
      },
    ]);
    expect(shortages(flags, { descriptors: 40, ports: 21 })).toHaveLength(2);
    expect(shortages(flags, {})).toEqual([]);
  });

  it('counts the most users of all stages', () => {
    const stages = [
      { durationMs: 1_000, level: 500 },
      { durationMs: 1_000, level: 10 },
    ];
    expect(shortages({ users: 1, stages }, { descriptors: 256 })[0]?.message).toMatch(/^500 users/);
  });

  it('is told so for the connections of its arrivals, of which there are no more than arrivals', () => {
    expect(shortages({ rateRps: 1_000, durationMs: 60_000 }, { descriptors: 256 })[0]).toMatchObject({
      message: expect.stringMatching(/^4096 connections may need more file descriptors than the 224/),
      remedy: expect.stringContaining('--connections 224'),
    });
    expect(shortages({ rateRps: 10, durationMs: 10_000 }, { descriptors: 256 })).toEqual([]);
    expect(shortages({ rateRps: 1_000, durationMs: 60_000, maxRequests: 100 }, { descriptors: 256 })).toEqual(
      [],
    );
    expect(shortages({ rateRps: 1_000, durationMs: 60_000 }, { descriptors: 256 }, 100)).toEqual([]);
  });

  it('is told how many ports a connection for each request uses up, for as long as each is kept', () => {
    const unkept = (flags: LoadFlags, ports = 28_232) => shortages(flags, { ports }, 100, false);
    expect(unkept({ rateRps: 1_000, durationMs: 60_000 })).toEqual([
      {
        message:
          '--no-keep-alive opens 1000 connections a second, each of which may keep its local port for 60 s after its end (TIME_WAIT); this machine has 28232 ports for one address, enough for 470 a second',
        remedy:
          'offer at most 470 requests a second, or for a shorter time; or widen net.ipv4.ip_local_port_range; or leave out --no-keep-alive',
      },
    ]);
    expect(unkept({ rateRps: 470, durationMs: 3_600_000 })).toEqual([]);
    expect(unkept({ rateRps: 1_000, durationMs: 28_000 })).toEqual([]);
    expect(unkept({ rateRps: 1_000, durationMs: 60_000, maxRequests: 28_232 })).toEqual([]);
    expect(unkept({ users: 1_000, durationMs: 60_000 })[0]?.message).toContain('1000 connections a second');
    expect(shortages({ rateRps: 1_000, durationMs: 60_000 }, {}, 100)).toEqual([]);
  });

  it('is told so of users who do not wait, whose rate nobody knows beforehand', () => {
    const flags = { users: 2, wait: { kind: 'none' }, durationMs: 60_000 } as const;
    expect(shortages(flags, {}, 100, false)[0]?.message).toContain(
      'as many connections as are answered a second',
    );
    expect(shortages({ ...flags, maxRequests: 1_000 }, {}, 100, false)).toEqual([]);
  });

  it('is told nothing of what nobody knows', () => {
    expect(shortages({ users: 60_000, durationMs: 1_000 }, { descriptors: null, ports: null })).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('what this machine has', () => {
  it('is what its kernel says', () => {
    const { descriptors, ports } = readLocalLimits();
    const [low = 0, high = 0] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split(/\s+/)
      .map(Number);
    expect(ports).toBe(high - low + 1);
    const most = Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    expect(descriptors).toBeLessThan(most);
    expect(descriptors).toBeGreaterThan(most - 1_000);
  });
});
