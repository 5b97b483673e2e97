import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForSignals } from '../../src/cli/signals.ts';
import { ManualClock } from '../support/manual-clock.ts';

it('the first signal stops, the second ends at once, and one key press counts once', async () => {
  const clock = new ManualClock();
  const source = new EventEmitter();
  const happened: string[] = [];
  const press = listenForSignals(source, clock, {
    onFirst: () => happened.push('first'),
    onSecond: () => happened.push('second'),
  });
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
