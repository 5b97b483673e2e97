import { describe, expect, it } from 'vitest';
import { MlbenchError } from '../../../src/core/errors.ts';
import {
  anyNumber,
  duration,
  latency,
  matching,
  number,
  oneOf,
  parseSwitch,
  port,
  url,
  wholeNumber,
  wholeSeconds,
} from '../../../src/core/options/values.ts';

const users = wholeNumber(1, 100, 'users');

describe('a value is read', () => {
  it.each([
    ['whole number', () => users('20', '--users'), 20],
    ['number with an exponent', () => users('1e1', '--users'), 10],
    ['port with a space', () => port()(' 8080 ', '--port'), 8_080],
    ['fraction of a second', () => duration()('.5s', '--duration'), 500],
    ['bare duration with an exponent', () => duration()('1e1', '--duration'), 10_000],
    ['any number', () => anyNumber()('-0.5', '--target-value'), -0.5],
    ['number in a range', () => number(1, 1_000, 'times')('1.5', '--time-scale'), 1.5],
    ['duration', () => duration()('1h20m', '--duration'), 4_800_000],
    ['bare duration', () => duration(1)('20', '--duration'), 20_000],
    ['latency', () => latency(0.001)('200ms', '--slo'), 200],
    ['cooldown', () => wholeSeconds()('2m', '--scale-in-cooldown'), 120],
    ['port', () => port()('0', '--port'), 0],
    ['choice', () => oneOf(['local', 'aws'])('aws', '--target'), 'aws'],
    ['URL', () => url()('https://example.com/evaluate', '--url'), 'https://example.com/evaluate'],
    ['switch on', () => parseSwitch(['yes'], 'MLBENCH_JSON'), true],
    ['switch off', () => parseSwitch(['0'], 'MLBENCH_JSON'), false],
  ])('%s', (_what, read, expected) => expect(read()).toBe(expected));
});

describe('a bad value is refused with the value, the reason and a remedy', () => {
  it.each([
    [() => users('-5', '--users'), '--users: -5 is out of range', 'pass 1 to 100 users'],
    [() => users('2.5', '--users'), '--users: 2.5 is not a whole number', 'pass whole users, such as 1'],
    [() => users('many', '--users'), '--users: "many" is not a number', 'pass a number, such as 10'],
    [() => users('0x10', '--users'), '--users: "0x10" is not a number', 'write 16'],
    [() => users('1_000', '--users'), '--users: "1_000" is not a number', 'write 1000'],
    [() => port()('8_080', '--port'), '--port: 8_080 is not a port', 'write 8080'],
    [() => users('', '--users'), '--users: "" is not a number', 'pass a number, such as 10'],
    [
      () => anyNumber()('ten', '--target-value'),
      '--target-value: "ten" is not a number',
      'pass a number, such as 10',
    ],
    [
      () => duration()('5 parsecs', '--for'),
      '--for: "5 parsecs" is not a duration',
      'write it like 250ms, 20s, 3m or 1h20m',
    ],
    [() => duration()('-3s', '--for'), '--for: "-3s" is negative', 'write it like 250ms, 20s, 3m or 1h20m'],
    [() => latency(0.001)('200', '--slo'), '--slo: "200" has no unit: 200ms or 200s?', 'write 200ms or 200s'],
    [() => duration(1)('0s', '--duration'), '--duration: 0s is too short', 'pass more than 0, such as 30s'],
    [
      () => wholeSeconds()('1500ms', '--scale-in-cooldown'),
      '--scale-in-cooldown: 1500ms is not a whole number of seconds',
      'AWS takes whole seconds, such as 60s',
    ],
    [
      () => port()('70000', '--port'),
      '--port: 70000 is not a port',
      'pass 0 to 65535; 0 lets the system choose',
    ],
    [
      () => oneOf(['local', 'aws'])('asw', '--target'),
      '--target: "asw" is not one of local, aws',
      'did you mean aws?',
    ],
    [
      () => oneOf(['local', 'aws'])('gcp', '--target'),
      '--target: "gcp" is not one of local, aws',
      'pass local or aws',
    ],
    [
      () => url()('ftp://example/', '--url'),
      '--url: "ftp://example/" is not an http or https URL',
      'write it like http://127.0.0.1:8080/evaluate',
    ],
    [
      () => matching(/^[a-z]+$/, 'a name', 'use letters')('../up', '--name'),
      '--name: "../up" is not a name',
      'use letters',
    ],
    [
      () => parseSwitch(['maybe'], 'MLBENCH_JSON'),
      'MLBENCH_JSON: "maybe" is neither true nor false',
      'pass true or false',
    ],
  ])('%#: %s', (read, message, remedy) => {
    const error = caught(read);
    expect(error).toBeInstanceOf(MlbenchError);
    expect(error).toMatchObject({ message, remedy, source: 'user', exitCode: 2 });
  });
});

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
