import { describe, expect, it } from 'vitest';
import { ignoresHangup, type ReadProcess } from '../../src/cli/hangup.ts';

const own = { pid: 7, ppid: 3 };
const nothing: ReadProcess = () => undefined;
const withMask = (mask: string): ReadProcess => {
  const facts = { status: `Name:\tsh\nSigIgn:\t${mask}\nSigCgt:\t0000000000010001\n`, stdin: '' };
  return (pid) => (pid === own.ppid ? { ...facts, stdinFlags: '' } : undefined);
};
const withStdin = (stdin: string, flags: string): ReadProcess => {
  const facts = { status: '', stdin, stdinFlags: `pos:\t0\nflags:\t${flags}\nmnt_id:\t29\n` };
  return (pid) => (pid === own.pid ? facts : undefined);
};

describe('a hang-up is ignored', () => {
  it.each<[string, Record<string, string>, ReadProcess]>([
    ['where the launcher’s shell found it so', { MLBENCH_HANGUP: 'ignored' }, nothing],
    ['under nohup, as the shell names it', { _: '/usr/bin/nohup' }, nothing],
    ['under `nohup npx`, which sets it back', { _: '/usr/bin/nohup', MLBENCH_HANGUP: 'heard' }, nothing],
    ['where the parent ignores it', {}, withMask('0000000000000001')],
    ['where the parent ignores it among others', {}, withMask('0000000000001005')],
    ['with the standard input that nohup gives', {}, withStdin('/dev/null', '0100001')],
  ])('%s', (_, environment, read) => {
    expect(ignoresHangup(environment, own, read)).toBe(true);
  });
});

describe('a hang-up is heard', () => {
  it.each<[string, Record<string, string>, ReadProcess]>([
    ['where nothing says otherwise', {}, nothing],
    ['where the parent ignores other signals', {}, withMask('0000000000001006')],
    ['with a standard input that can be read', {}, withStdin('/dev/null', '0100000')],
    ['with another that cannot', {}, withStdin('/dev/pts/1', '0100001')],
    [
      'where the launcher’s shell found it so, whatever the parent does',
      { MLBENCH_HANGUP: 'heard' },
      withMask('1'),
    ],
    ['where another program was named', { _: '/opt/nohup/bin/node' }, nothing],
  ])('%s', (_, environment, read) => {
    expect(ignoresHangup(environment, own, read)).toBe(false);
  });

  it('where /proc is as it is here', () => {
    expect(ignoresHangup({ MLBENCH_HANGUP: 'heard' }, process)).toBe(false);
  });
});
