import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckedForm, Form } from '../../src/dashboard/form/form-shape.ts';
import type { RunList } from '../../src/dashboard/runs/run-line.ts';
import type { RunResult } from '../../src/record/schemas/result.ts';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';

let service: Server;
let address: string;
let workplace: Workplace;

beforeEach(async () => {
  workplace = new Workplace();
  service = createServer((request, response) => {
    request.resume();
    response.end('ok');
  });
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  service.closeAllConnections();
  service.close();
  await workplace.dispose();
});

async function open(environment: Record<string, string>, ...args: string[]) {
  const started = workplace.startWith(environment, 'dashboard', '--port', '0', ...args);
  await eventually('the URL', () => /^http\S+$/m.test(started.output()));
  return { ...started, url: /^http\S+$/m.exec(started.output())![0] };
}

async function post<Data>(url: string, values: unknown): Promise<Data> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ values }) });
  return (await answer.json()) as Data;
}

describe('mlbench dashboard', () => {
  it('says what brings an experiment up, and ends with 0 when it is told to', async () => {
    const { child, finished, url } = await open({});
    const form = (await (await fetch(`${url}form`)).json()) as Form;
    expect(form.whereItGoes).toContain('`mlbench up` brings one up');
    const checked = await post<CheckedForm>(`${url}form/check`, {});
    expect(checked.problems).toMatchObject([{ remedy: expect.stringContaining('mlbench up') }]);
    child.kill('SIGTERM');
    expect((await finished).exitCode).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends its run at %s, and keeps the record',
    async (signal) => {
      const { child, finished, url } = await open({}, address);
      const values = { url: [address], users: ['2'], wait: ['pacing:50ms'], duration: ['60s'] };
      expect(await post(`${url}start`, values)).toEqual({ message: 'the run starts' });
      expect(await post(`${url}start`, values)).toEqual({
        message: 'a run goes on: stop it, or wait for its end',
      });
      await new Promise<void>((done) => service.once('request', () => done()));
      child.kill(signal);
      const { exitCode, stderr } = await finished;
      expect(exitCode).toBe(0);
      const runId = /run (\S+) has ended/.exec(stderr)![1]!;
      const { ended } = workplace.readJson<RunResult>('.mlbench', 'runs', runId, 'result.json');
      expect(ended?.reason).toBe('interrupted');
    },
  );

  it('reads variables and the config file as the command does that it shows', async () => {
    const { url, child } = await open({ MLBENCH_WAIT: 'none', MLBENCH_USERS: '7' }, address);
    const { plan, command } = await post<CheckedForm>(`${url}form/check`, {
      url: [address],
      duration: ['2s'],
    });
    expect(command).toBe(`mlbench load --duration 2s --url ${address}`);
    expect(plan).toMatch(/^7 users, .*, each without a pause/);
    child.kill('SIGTERM');
  });

  it('shows no page the password that was typed for it, and sends it', async () => {
    const authorizations: (string | undefined)[] = [];
    service.on('request', ({ headers }) => authorizations.push(headers.authorization));
    const secret = address.replace('://', '://me:hunter2@');
    const { url, child, output } = await open({}, secret);
    const { values } = (await (await fetch(`${url}form`)).json()) as Form;
    expect(JSON.stringify(values)).not.toContain('hunter2');
    const filled = { ...values, users: ['1'], duration: ['1s'] };
    const { command } = await post<CheckedForm>(`${url}form/check`, filled);
    expect(command).toBe('mlbench load --users 1 --duration 1s --url "$URL"');
    await post(`${url}start`, filled);
    await eventually('it has ended', () => /has ended/.test(output()));
    expect(authorizations[0]).toBe(`Basic ${Buffer.from('me:hunter2').toString('base64')}`);
    expect(output()).not.toContain('hunter2');
    child.kill('SIGTERM');
  });

  it('goes on after a run that cannot be made, and without its state folder', async () => {
    const { url, child, output } = await open({}, address);
    const closed = 'http://127.0.0.1:9/';
    await post(`${url}start`, { url: [closed], users: ['1'], duration: ['1s'] });
    await eventually('why is told', () => /ECONNREFUSED|refused/.test(output()));
    await eventually('it may start again', async () => {
      const { message } = await post<{ message: string }>(`${url}start`, {
        url: [address],
        users: ['1'],
        duration: ['1s'],
      });
      return message === 'the run starts';
    });
    await eventually('it has ended', () => /has ended/.test(output()));
    const { runs } = (await (await fetch(`${url}runs`)).json()) as RunList;
    expect(runs[0]?.summary?.failed).toBe(0);
    expect((await fetch(`${url}start`)).status).toBe(404);
    child.kill('SIGTERM');
  });
});
