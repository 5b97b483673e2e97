import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { newUuid } from '../../../src/core/random.ts';
import { type Ended, watch } from '../../support/ended.ts';
import { liveThrough } from '../aws/life.ts';
import { startInspector } from '../aws/world/inspector.ts';

// docs/aws.md says what it needs, makes and costs.
if (process.env['MLBENCH_LIVE'] !== '1') {
  throw new Error(
    'this makes an endpoint in the AWS account that you are signed in to: set MLBENCH_LIVE=1 if you mean it',
  );
}
const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
if (!region) throw new Error('set AWS_REGION: where to make it');

const launcher = fileURLToPath(new URL('../../../bin/mlbench.js', import.meta.url));
const experiment = `live-${newUuid().slice(0, 6)}`;
const folder = mkdtempSync(join(tmpdir(), 'mlbench-live-'));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('MLBENCH_')),
) as Record<string, string>;
const inspector = startInspector({ ...environment, AWS_DEFAULT_REGION: region });

afterAll(async () => {
  const { exitCode, stdout, stderr } = await mlbench(['down', '--yes', '--name', experiment]);
  await inspector.stop();
  if (exitCode !== 0)
    throw new Error(`SOMETHING IS LEFT of ${experiment}, see ${folder}: ${stdout}${stderr}`);
  rmSync(folder, { recursive: true, force: true });
});

test('an experiment in a real account is made, used, changed and removed without a trace', () =>
  liveThrough({
    experiment,
    region,
    mlbench,
    everything: () => inspector.everything(`mlbench-${experiment}`),
    changes: () => null,
    files: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('ledger.json'))
        .map((path) => join(folder, path)),
    async use(run) {
      for (const via of ['runtime', 'api']) {
        expect((await run('invoke', '--via', via)).stdout).toContain('predictions');
        const loaded = await run('load', '--via', via, '--rate', '5', '--duration', '30s', '--json');
        expect(JSON.parse(loaded.stdout).requests).toMatchObject({ intended: 150, failed: 0 });
      }
    },
  }));

function mlbench(args: readonly string[]): Promise<Ended> {
  return watch(
    spawn(process.execPath, [launcher, ...args, '--region', region as string], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ).ended;
}
