import { describe, expect, it } from 'vitest';
import { noteLocalAlone, noteOtherTarget } from '../../../src/cli/options/other-target.ts';
import type { CommandEvent } from '../../../src/experiment/context/context.ts';

const notices = (settings: Record<string, unknown>, target: 'local' | 'aws') => {
  const events: CommandEvent[] = [];
  noteOtherTarget(settings, { target, emit: (event) => events.push(event) });
  return events;
};

describe('settings of the other target', () => {
  it('are named, with what to do', () => {
    expect(notices({ timeScale: 5, localRuntime: 'docker', instances: 2 }, 'aws')).toEqual([
      {
        type: 'notice',
        level: 'warning',
        message: '--time-scale, --local-runtime: without effect on AWS',
        remedy: 'leave them out, or pass --target local for the stand-in',
      },
    ]);
    expect(notices({ apiThrottle: 5 }, 'local')).toEqual([
      {
        type: 'notice',
        level: 'warning',
        message: '--api-throttle: without effect on the stand-in',
        remedy: 'leave it out, or pass --target aws for AWS',
      },
    ]);
  });

  it('are nothing to speak of where they belong, or were not given', () => {
    expect(notices({ timeScale: 5, apiPort: 0, apiThrottle: undefined }, 'local')).toEqual([]);
    expect(notices({ timeScale: undefined, apiThrottle: 5 }, 'aws')).toEqual([]);
  });
});

describe('a target on a verb of the stand-in alone', () => {
  it.each([
    ['aws', ['--target aws: without effect on the stand-in, which runs on this machine']],
    ['local', []],
    [undefined, []],
  ] as const)('is named where it means nothing: %s', (target, expected) => {
    const said: string[] = [];
    noteLocalAlone({ target }, { emit: (event) => event.type === 'notice' && said.push(event.message) });
    expect(said).toEqual(expected);
  });
});
