import { describe, expect, it } from 'vitest';
import { userError } from '../../src/core/errors.ts';
import { type Steered, steerBy } from '../../src/dashboard/server/steer.ts';
import type { LoadControls } from '../../src/load/run/controls.ts';
import type { SteeringCommand } from '../../src/offered/steering.ts';

function controls(changes: Partial<LoadControls> = {}): {
  told: (SteeringCommand | 'stop')[];
  of: Steered;
} {
  const told: (SteeringCommand | 'stop')[] = [];
  const of: LoadControls = {
    unit: 'users',
    offered: () => {
      throw new Error('nobody asks');
    },
    steer: (command) => told.push(command),
    step() {},
    stop: () => told.push('stop'),
    ...changes,
  };
  return { told, of: { controls: of, countFromNow: () => true, countAll() {} } };
}

describe('a page that steers', () => {
  it('sets the load, pauses it, resumes it and ends it', () => {
    const { told, of } = controls();
    for (const command of [
      { type: 'level', level: 40 },
      { type: 'pause' },
      { type: 'resume' },
      { type: 'stop' },
    ]) {
      expect(steerBy(of, command).status).toBe(200);
    }
    expect(told).toEqual([{ type: 'level', level: 40 }, { type: 'pause' }, { type: 'resume' }, 'stop']);
  });

  it.each([
    ['nothing', undefined],
    ['a word', 'stop'],
    ['a level that is no number', { type: 'level', level: '40' }],
    ['a level below nothing', { type: 'level', level: -1 }],
    ['another command', { type: 'restart' }],
    ['a command with more in it', { type: 'stop', after: 'start' }],
  ])('is refused %s', (_what, command) => {
    const { told, of } = controls();
    expect(steerBy(of, command)).toMatchObject({ status: 400 });
    expect(told).toEqual([]);
  });

  it('is told why where nothing runs, where the load cannot be changed, and where the level is too high', () => {
    expect(steerBy(null, { type: 'stop' })).toEqual({ status: 409, message: 'no load is running' });
    expect(steerBy(controls({ unit: null }).of, { type: 'pause' })).toMatchObject({ status: 409 });
    const steer = () => {
      throw userError('bad-level', 'a load cannot be steered to 9', 'name a level from 0 to 8');
    };
    expect(steerBy(controls({ steer }).of, { type: 'level', level: 9 })).toEqual({
      status: 400,
      message: 'a load cannot be steered to 9: name a level from 0 to 8',
    });
  });
});
