import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { createSuspension, type SuspendableProcess } from '../../../src/cli/terminal/suspension.ts';

/** A process that notes what it is told, and whether a handler was in the way of its being stopped. */
function stoppable() {
  const emitter = new EventEmitter();
  const happened: string[] = [];
  const process: SuspendableProcess = {
    pid: 7,
    on: (signal, listener) => emitter.on(signal, listener),
    off: (signal, listener) => emitter.off(signal, listener),
    kill(pid, signal) {
      happened.push(`${signal} ${pid}, ${emitter.listenerCount(signal)} listening`);
    },
  };
  return { process, happened, press: () => emitter.emit('SIGTSTP') };
}

it('gives the terminal back, the last that took it first, stops, and takes it again in the old order', () => {
  const { process, happened, press } = stoppable();
  const suspension = createSuspension(process);
  const using = (name: string) =>
    suspension.add(() => {
      happened.push(`${name} leaves`);
      return () => happened.push(`${name} is back`);
    });
  using('screen');
  const forget = using('keys');
  press();
  expect(happened.splice(0)).toEqual([
    'keys leaves',
    'screen leaves',
    'SIGTSTP 7, 0 listening',
    'screen is back',
    'keys is back',
  ]);
  forget();
  press();
  expect(happened).toEqual(['screen leaves', 'SIGTSTP 7, 0 listening', 'screen is back']);
});

it('leaves the signal to the system where nobody has changed the terminal', () => {
  const { process, happened, press } = stoppable();
  const forget = createSuspension(process).add(() => () => {});
  forget();
  expect(press()).toBe(false);
  expect(happened).toEqual([]);
});

it('stops the whole group where the terminal leaves the key to us', () => {
  const { process, happened } = stoppable();
  createSuspension(process).suspend();
  expect(happened).toEqual(['SIGTSTP 0, 0 listening']);
});
