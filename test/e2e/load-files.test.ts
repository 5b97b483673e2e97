import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTables } from '../../src/load/output/record-tables.ts';
import { readRecord } from '../../src/record/read-record.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';

/** Rates are over a time that the record has in milliseconds, and the run finer. */
function withoutRates(line: string): string[] {
  return line.split(',').filter((_, column) => column !== 9 && column !== 4);
}

describe('load, with files in and files out', () => {
  let workplace: Workplace;
  let server: Server;
  let url: string;
  let received: Map<string, number>;
  beforeEach(async () => {
    workplace = new Workplace();
    received = new Map();
    server = createServer((request, answer) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const key = `${request.headers['content-type']} ${body}`;
        received.set(key, (received.get(key) ?? 0) + 1);
        if (request.url === '/broken') answer.statusCode = 503;
        answer.end('fine');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await workplace.dispose();
  });

  const loadOf = (wait: string, ...args: string[]) =>
    workplace.start('load', '--url', `${url}/x`, '--users', '3', '--ramp', '0s', '--wait', wait, ...args);
  const load = (...args: string[]) => loadOf('none', ...args);
  const csv = (name: string) =>
    readFileSync(workplace.path('out', `today_${name}.csv`), 'utf8').split('\r\n');

  it('sends each line of a JSONL file once, byte for byte, over two threads', async () => {
    const lines = Array.from({ length: 25 }, (_, n) => `{"n": ${n},  "text":"é"}`);
    writeFileSync(workplace.path('bodies.jsonl'), lines.join('\n'));
    const { exitCode } = await load('--data', 'bodies.jsonl', '--requests', '25', '--workers', '2').finished;
    expect(exitCode).toBe(0);
    expect(Object.fromEntries(received)).toEqual(
      Object.fromEntries(lines.map((line) => [`application/json ${line}`, 1])),
    );
  });

  it('sends rows of CSV as JSON, or as they are', async () => {
    writeFileSync(workplace.path('rows.csv'), 'a,b\n1,x\n2,"y, z"\n');
    await load('--data', 'rows.csv', '--requests', '2', '--workers', '1').finished;
    await load('--data', 'rows.csv', '--requests', '2', '--workers', '1', '--content-type', 'text/csv')
      .finished;
    expect([...received.keys()].sort()).toEqual([
      'application/json {"a":1,"b":"x"}',
      'application/json {"a":2,"b":"y, z"}',
      'text/csv 1,x',
      'text/csv 2,"y, z"',
    ]);
  });

  it('refuses a wrong line by its number before it sends anything', async () => {
    writeFileSync(workplace.path('bodies.jsonl'), '{"a":1}\n{"a":\n');
    const { exitCode, stderr } = await load('--data', 'bodies.jsonl').finished;
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: .*bodies\.jsonl: line 2 is not JSON/m);
    expect(received.size).toBe(0);
  });

  it("writes locust's CSV files", async () => {
    const { exitCode } = await load('--requests', '30', '--csv', 'out/today').finished;
    expect(exitCode).toBe(0);
    const [header, named, all] = csv('stats').map((line) => line.split(','));
    expect(header!.slice(0, 3)).toEqual(['Type', 'Name', 'Request Count']);
    expect(named!.slice(0, 4)).toEqual(['GET', '/x', '30', '0']);
    expect(all!.slice(0, 4)).toEqual(['', 'Aggregated', '30', '0']);
    expect(csv('failures')).toEqual(['Method,Name,Error,Occurrences,First Seen,Last Seen', '']);
    // The same tables can be had of the record, whenever somebody wants them.
    const [run = ''] = readdirSync(workplace.path('.mlbench', 'runs'));
    const recorded = readRecord(run, workplace.path('.mlbench'));
    const table = (name: string) => recordTables[`${name}.csv`]!(recorded).split('\r\n');
    expect(table('stats').map(withoutRates)).toEqual(csv('stats').map(withoutRates));
    for (const name of ['failures', 'exceptions']) expect(table(name)).toEqual(csv(name));
    expect(table('stats_history').map(withoutRates)).toEqual(csv('stats_history').map(withoutRates));
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('leaves them whole at %s', async (signal) => {
    const { child, finished } = loadOf('pacing:50ms', '--duration', '60s', '--csv', 'out/today');
    await eventually('a second of history', () => {
      const path = workplace.path('out', 'today_stats_history.csv');
      return existsSync(path) && readFileSync(path, 'utf8').split('\r\n').length > 2;
    });
    child.kill(signal);
    expect((await finished).exitCode).toBe(130);
    const sent = [...received.values()].reduce((sum, count) => sum + count, 0);
    expect(csv('stats')[2]!.split(',').slice(0, 4)).toEqual(['', 'Aggregated', String(sent), '0']);
    expect(csv('stats').at(-1)).toBe('');
  });

  it('performs a scenario, and shows its requests by name', async () => {
    writeFileSync(
      workplace.path('flow.ts'),
      `import { defineScenario } from 'mlbench/scenario';
       export default defineScenario({ flows: [{ name: 'all', async run(user): Promise<void> {
         await user.request({ name: 'good', path: '/good' });
         await user.request({ name: 'bad', path: '/broken' });
       } }] });`,
    );
    const { exitCode, stdout } = await load(
      '--scenario',
      'flow.ts',
      '--requests',
      '20',
      '--workers',
      '1',
      '--json',
    ).finished;
    expect(exitCode).toBe(0);
    const { requestsByName, requests } = JSON.parse(stdout);
    expect(requests).toMatchObject({ sent: 20 });
    expect(requestsByName.good.succeeded + requestsByName.bad.failed).toBe(20);
    expect(requestsByName.bad.succeeded).toBe(0);
  });

  it('says in one line where a scenario is wrong', async () => {
    writeFileSync(workplace.path('flow.ts'), 'const a = 1;\nthrow new Error("no " + a);\n');
    const { exitCode, stderr } = await load('--scenario', 'flow.ts').finished;
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: flow\.ts:2:7: Error: no 1$/m);
    expect(received.size).toBe(0);
  });
});
