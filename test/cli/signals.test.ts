import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { listenForSignals } from '../../src/cli/signals.ts';
import { ManualClock } from '../support/manual-clock.ts';

function listening(ignoresHangup = false) {
  const clock = new ManualClock();
  const source = new EventEmitter();
  const happened: string[] = [];
  const handlers = { onFirst: () => happened.push('first'), onSecond: () => happened.push('second') };
  const press = listenForSignals(source, clock, handlers, ignoresHangup);
  return { clock, source, happened, press };
}

it('the first signal stops, the second ends at once, and one key press counts once', async () => {
  const { clock, source, happened, press } = listening();
  source.emit('SIGINT');
  await clock.advance(50);
  source.emit('SIGINT');
  expect(happened).toEqual(['first']);
  await clock.advance(300);
  source.emit('SIGTERM');
  expect(happened).toEqual(['first', 'second']);
  press();
  expect(happened).toEqual(['first', 'second', 'second']);
});

it('Ctrl-\\ is one more way to ask', () => {
  const { source, happened } = listening();
  source.emit('SIGQUIT');
  expect(happened).toEqual(['first']);
});

describe('a closed terminal', () => {
  it('stops, and however often it is told, it never is the impatient second', async () => {
    const { clock, source, happened } = listening();
    for (let time = 0; time < 3; time++) {
      source.emit('SIGHUP');
      await clock.advance(1_000);
    }
    expect(happened).toEqual(['first']);
    source.emit('SIGTERM');
    expect(happened).toEqual(['first', 'second']);
  });

  it('adds nothing to a Ctrl-C', async () => {
    const { clock, source, happened } = listening();
    source.emit('SIGINT');
    await clock.advance(1_000);
    source.emit('SIGHUP');
    expect(happened).toEqual(['first']);
  });

  it('is nothing at all under nohup, where other signals are what they were', () => {
    const { source, happened } = listening(true);
    source.emit('SIGHUP');
    expect(happened).toEqual([]);
    source.emit('SIGTERM');
    expect(happened).toEqual(['first']);
  });
});
