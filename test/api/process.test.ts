import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findApiFront, startApiFront, stopApiFront } from '../../src/api/process.ts';
import { systemClock as clock } from '../../src/core/clock.ts';
import { FakeRuntime } from './fake-runtime.ts';

describe('the front as a background process', () => {
  const runtime = new FakeRuntime();
  let stateDir: string;
  const options = () => ({
    endpointName: 'mlbench',
    runtimeUrl: runtime.url,
    region: 'us-east-1',
    port: 0,
    origins: ['http://localhost:3000'],
    hosts: [],
    startedBy: 'up',
  });

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'mlbench-api-'));
    await runtime.listen();
  });

  afterEach(async () => {
    await stopApiFront(stateDir, { clock });
    await runtime.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('is started once, found again, serves, and is stopped', async () => {
    const first = await startApiFront(stateDir, options(), { clock });
    const second = await startApiFront(stateDir, options(), { clock });
    expect(first.started).toBe(true);
    expect(second).toEqual({ started: false, process: first.process });
    expect(first.process.options).toEqual(options());
    expect((await findApiFront(stateDir))?.state).toBe('running');
    const response = await fetch(`${first.process.url}/evaluate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost:3000' },
      body: '[]',
    });
    expect(await response.json()).toEqual({ prediction: 'Gentoo' });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(await stopApiFront(stateDir, { clock })).toBe('stopped');
    expect(await findApiFront(stateDir)).toBeUndefined();
  });

  it('says which port is taken and what to do about it', async () => {
    const port = Number(new URL(runtime.url).port);
    await expect(startApiFront(stateDir, { ...options(), port }, { clock })).rejects.toMatchObject({
      code: 'port-in-use',
      exitCode: 2,
      remedy: expect.stringContaining('--api-port 0'),
    });
  });
});
