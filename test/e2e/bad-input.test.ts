import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../support/ended.ts';
import { Workplace } from './command-line.ts';
import { mlbenchHere } from './command-line-here.ts';

describe('bad input gets one clear line, a remedy and exit code 2', () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.dispose());

  const expectRefusal = (finished: Ended, ...words: (string | RegExp)[]) => {
    const lines = finished.stderr.trim().split('\n');
    for (const word of words) expect(finished.stderr).toMatch(word);
    expect(lines.filter((line) => line.startsWith('error: '))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('→'))).toHaveLength(1);
    expect(finished.stderr).not.toMatch(/\n\s+at /);
    expect(finished.exitCode).toBe(2);
    expect(workplace.processes()).toEqual([]);
  };

  it('an unknown key in the config file', async () => {
    writeFileSync(workplace.path('mlbench.config.json'), '{"usres": 5}');
    expectRefusal(await workplace.mlbench('load'), 'usres', 'users');
  });

  it('a latency without a unit in the config file or in a variable', async () => {
    writeFileSync(workplace.path('mlbench.config.json'), '{"slo": 200, "expect": ["p99<200"]}');
    expectRefusal(
      await workplace.mlbench('simulate'),
      /"slo" in mlbench.config.json|"expect" in mlbench/,
      '200ms or 200s',
    );
    expectRefusal(
      await workplace.mlbench('load', '--url', 'http://127.0.0.1:1/'),
      '"expect" in mlbench.config.json',
      '200ms or 200s',
    );
  });

  it('a key that the config file has twice', async () => {
    writeFileSync(workplace.path('mlbench.config.json'), '{"users": 5,\n"users": 6}');
    expectRefusal(
      await mlbenchHere(workplace.folder, 'load'),
      'mlbench.config.json:2:1 has "users" a second',
    );
  });

  it('a config file that is not JSON', async () => {
    writeFileSync(workplace.path('mlbench.config.json'), '{"users": 5,,}');
    expectRefusal(await workplace.mlbench('load'), 'mlbench.config.json');
  });

  it('a model that is not there', async () => {
    expectRefusal(await workplace.mlbench('up', '--model', 'nowhere.onnx'), 'nowhere.onnx');
  });

  it('a model that ONNX Runtime cannot load', async () => {
    writeFileSync(workplace.path('broken.onnx'), 'this is no protobuf');
    expectRefusal(await workplace.mlbench('up', '--model', 'broken.onnx'), 'broken.onnx');
  });

  it('a port that is taken', async () => {
    const { server, port } = await listen();
    try {
      expectRefusal(await workplace.mlbench('up', '--port', String(port)), String(port));
      expectRefusal(await workplace.mlbench('local', 'start', '--port', String(port)), String(port));
    } finally {
      server.close();
    }
  });

  it('a load before anything is up', async () => {
    expectRefusal(await workplace.mlbench('load', '--users', '5', '--duration', '1s'), /mlbench up/);
  });

  it.each(['', '{"schemaVersion": 1', '[]', '{"schemaVersion": 99}'])(
    'a ledger that reads %j',
    async (content) => {
      mkdirSync(workplace.path('.mlbench'));
      writeFileSync(workplace.path('.mlbench', 'ledger.json'), content);
      expectRefusal(await mlbenchHere(workplace.folder, 'up'), 'ledger.json');
      expectRefusal(await mlbenchHere(workplace.folder, 'down'), 'ledger.json');
    },
  );

  it.each([
    [['load', '--users', '-1'], '-1'],
    [['load', '--users', 'many'], 'many'],
    [['load', '--duration', '5 parsecs'], '5 parsecs'],
    [['load', '--wait', 'sometimes'], 'sometimes'],
    [['load', '--ramp', '0'], '0'],
    [['load', '--expect', 'p99<soon'], 'p99<soon'],
    [['load', '--expect', 'p99<200'], '200ms or 200s?'],
    [['run', '--expect', 'errors<1'], '1% or 100%?'],
    [['load', '--max-send-lag', '5'], '5ms or 5s?'],
    [['simulate', '--expect', 'mean<50'], '50ms or 50s?'],
    [['simulate', '--slo', '200'], '200ms or 200s?'],
    [['simulate', '--service-time', '20'], '20ms or 20s?'],
    [['simulate', '--max-misses', '1'], '1% or 100%?'],
    [['up', '--service-time', '20'], '20ms or 20s?'],
    [['doctor', '--generator', '--max-send-lag', '5'], '5ms or 5s?'],
    [['load', '--body', '@nowhere.json', '--url', 'http://127.0.0.1:1/'], 'nowhere.json'],
    [['load', '--body', '@/dev/zero', '--url', 'http://127.0.0.1:1/'], 'it is a device, not a file'],
    [['load', '--scenario', '/dev/zero', '--url', 'http://127.0.0.1:1/'], 'it is a device, not a file'],
    [['load', '--cacert', '/dev/zero', '--url', 'https://127.0.0.1:1/'], 'it is a device, not a file'],
    [['simulate', '--policy', '/dev/zero'], 'it is a device, not a file'],
    [['load', '--config', '/dev/zero', '--url', 'http://127.0.0.1:1/'], 'it is a device, not a file'],
    [['load', '--url', 'ftp://example/'], 'ftp://example/'],
    [['load', 'example:80'], 'URL: "example:80" is not an http or https URL'],
    [['load', '-c', 'many'], '-c: "many" is not a number'],
    [['load', '-c', '50', '-q', '100', 'http://127.0.0.1:1/'], '--rate 100 --connections 50'],
    [['load', '--rate', '5', '--rate', '10'], '--rate is given twice: 5 and 10'],
    [['load', '-t', '20', 'http://127.0.0.1:1/'], '--timeout 20s'],
    [['load', '--vus', '5'], '--users N'],
    [['deploy'], 'mlbench up'],
    [['load', '-d', 'a\ufffd', 'http://127.0.0.1:1/'], '--body @FILE'],
    [['up', '--min', '3', '--max', '2'], '3'],
    [['up', '--target-value', '0'], '0'],
    [['up', '--time-scale', '0'], '0'],
    [['up', '--port', '70000'], '70000'],
    [['up', '--instance-type', 'ml.t2.medium'], 'ml.t2.medium'],
    [['run', '--model', 'nowhere.onnx'], 'nowhere.onnx does not exist'],
    [['watch-scaling', '--for', 'ever'], 'ever'],
    [['tune'], 'tune'],
    [['up', '--no-such-flag'], '--no-such-flag'],
    [['up', '--name', '../escape'], '../escape'],
  ])('%j', async (args, word) => {
    expectRefusal(await mlbenchHere(workplace.folder, ...args), word);
  });

  it.each([
    [['load', '--users', 'many'], 'many'],
    [['run', '--expect', 'errors<1'], '1% or 100%?'],
    [['up', '--no-such-flag'], '--no-such-flag'],
    [['tune'], 'tune'],
  ])('%j in a process of its own, in the same words', async (args, word) => {
    const finished = await workplace.mlbench(...args);
    expectRefusal(finished, word);
    expect(finished).toEqual(await mlbenchHere(workplace.folder, ...args));
  });

  it('is data on standard output with --json', async () => {
    const finished = await workplace.mlbench('load', '--users', 'many', '--json');
    expect(finished.exitCode).toBe(2);
    expect(JSON.parse(finished.stdout).error.message).toMatch('many');
  });
});

describe('a host that cannot be reached', () => {
  it('is exit code 3 in one clear line, and no request is sent', async () => {
    const workplace = new Workplace();
    try {
      const { server, port } = await listen();
      server.close();
      const finished = await workplace.mlbench(
        'load',
        '--url',
        `http://127.0.0.1:${port}/`,
        '--users',
        '2',
        '--duration',
        '2s',
      );
      expect(finished.exitCode).toBe(3);
      expect(finished.stderr).toMatch(new RegExp(`127\\.0\\.0\\.1:${port}`));
    } finally {
      await workplace.dispose();
    }
  });
});

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}
