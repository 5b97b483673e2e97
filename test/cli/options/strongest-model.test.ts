import { describe, expect, it } from 'vitest';
import type { SettingSources } from '../../../src/cli/options/settings.ts';
import { keepStrongestModel } from '../../../src/cli/options/strongest-model.ts';

const keep = (sources: Partial<SettingSources>) => {
  const { config, environment } = keepStrongestModel({
    flags: {},
    environment: {},
    config: {},
    configFile: 'mlbench.config.json',
    ...sources,
  });
  return { config, environment };
};

describe('a kind of load named at a higher rank', () => {
  it('by a flag takes the place of another in the file or a variable, with all that belongs to that', () => {
    const config = { users: ['50'], ramp: ['5'], wait: ['none'], warmup: ['5s'], stages: ['1m:9'] };
    const environment = { MLBENCH_USERS: '7', PATH: '/bin' };
    expect(keep({ flags: { rate: ['500'] }, config, environment })).toEqual({
      config: { warmup: ['5s'] },
      environment: { PATH: '/bin' },
    });
    expect(keep({ flags: { users: ['5'] }, config: { rate: ['9'], arrivals: ['poisson'] } }).config).toEqual(
      {},
    );
    expect(keep({ flags: { trace: ['t'] }, config }).config).toEqual({ warmup: ['5s'] });
  });

  it('by a variable takes the place of another in the file', () => {
    const environment = { MLBENCH_RATE: '5', MLBENCH_TRACE: '' };
    expect(keep({ environment, config: { users: ['50'] } })).toEqual({ environment, config: {} });
  });

  it('by stages takes the place of a duration, and goes with users or a rate', () => {
    const config = { users: ['50'], duration: ['1m'], ramp: ['3'] };
    expect(keep({ flags: { stages: ['1m:5'] }, config }).config).toEqual({ users: ['50'] });
    expect(keep({ flags: { rate: ['5'] }, config: { stages: ['1m:5'] } }).config).toEqual({
      stages: ['1m:5'],
    });
  });

  it('leaves alone what is of one kind, or of one rank', () => {
    const config = { users: ['50'], rate: ['5'], wait: ['none'] };
    expect(keep({ config }).config).toEqual(config);
    expect(keep({ flags: { users: ['1'] }, config: { users: ['50'], wait: ['none'] } }).config).toEqual({
      users: ['50'],
      wait: ['none'],
    });
    expect(keep({ flags: { duration: ['1m'] }, config }).config).toEqual(config);
  });
});
