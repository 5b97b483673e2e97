import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { isAlive, Workplace } from './command-line.ts';

interface ProcessFile {
  pid: number;
}

describe('whatever is killed, whenever: down cleans up', () => {
  let workplace: Workplace;
  beforeEach(() => {
    workplace = new Workplace();
  });
  afterEach(() => workplace.dispose());

  const standInPid = () => workplace.readJson<ProcessFile>('.mlbench', 'local', 'process.json').pid;
  const expectNothingLeft = async () => {
    const down = await workplace.mlbench('down');
    expect(down.exitCode).toBe(0);
    // One that had only just been started learns that it is not wanted when it looks, and ends by itself.
    await eventually('no process is left', () => workplace.processes().length === 0);
    expect(readdirSync(workplace.folder)).toEqual(['.mlbench']);
  };

  it('the stand-in: its instances end with it, and the next up starts anew', async () => {
    expect((await workplace.mlbench('up')).exitCode).toBe(0);
    const instances = workplace.processes().filter(({ command }) => command.includes('serving/serve'));
    expect(instances.length).toBeGreaterThan(0);
    process.kill(standInPid(), 'SIGKILL');
    await eventually('instances end', () => instances.every(({ pid }) => !isAlive(pid)));
    expect((await workplace.mlbench('status')).stdout).toMatch(/stand-in/);
    expect((await workplace.mlbench('up')).exitCode).toBe(0);
    expect((await workplace.mlbench('invoke')).exitCode).toBe(0);
    await expectNothingLeft();
  });

  it('the stand-in, with nothing done about it but down', async () => {
    expect((await workplace.mlbench('up')).exitCode).toBe(0);
    process.kill(standInPid(), 'SIGKILL');
    await expectNothingLeft();
  });

  it('an instance: it is noticed and replaced', async () => {
    expect((await workplace.mlbench('up')).exitCode).toBe(0);
    const [instance] = workplace.processes().filter(({ command }) => command.includes('serving/serve'));
    process.kill(instance!.pid, 'SIGKILL');
    await eventually('another instance runs', () =>
      workplace
        .processes()
        .some(({ pid, command }) => command.includes('serving/serve') && pid !== instance!.pid),
    );
    await expectNothingLeft();
  });

  const exists = (...parts: string[]) => existsSync(workplace.path('.mlbench', ...parts));
  const ledgerNames = (kind: string) =>
    exists('ledger.json') && readFileSync(workplace.path('.mlbench', 'ledger.json'), 'utf8').includes(kind);
  const stages: [stage: string, reached: () => boolean][] = [
    ['it has the lock', () => exists('lock')],
    ['the stand-in runs', () => exists('local', 'process.json')],
    ['the endpoint may exist', () => ledgerNames('"endpoint"')],
    [
      'an instance is being started',
      () => workplace.processes().some(({ command }) => command.includes('serving/serve')),
    ],
  ];

  it.each(stages)('up itself, once %s', async (stage, reached) => {
    const up = workplace.start('up');
    await eventually(stage, reached);
    up.child.kill('SIGKILL');
    expect((await up.finished).exitCode).toBeNull();
    await expectNothingLeft();
  });

  it('up itself, while the stand-in is being started', async () => {
    const mayStart = workplace.path('.mlbench', 'stand-in-may-start');
    const up = workplace.startWith(
      {
        NODE_OPTIONS: `--import ${new URL('./fixtures/held-stand-in.ts', import.meta.url).href}`,
        TEST_STAND_IN_MAY_START: mayStart,
      },
      'up',
    );
    await eventually('the stand-in is being started', () =>
      workplace.processes().some(({ command }) => command.includes('dist/localcloud')),
    );
    expect(exists('local', 'starting.json')).toBe(true);
    up.child.kill('SIGKILL');
    expect((await up.finished).exitCode).toBeNull();
    expect((await workplace.mlbench('down')).exitCode).toBe(0);
    writeFileSync(mayStart, '');
    await expectNothingLeft();
  });

  it('a load by Ctrl-C: partial results are kept and the way down is shown', async () => {
    expect((await workplace.mlbench('up')).exitCode).toBe(0);
    const load = workplace.start('load', '--users', '5', '--duration', '60s');
    await eventually('the run writes its timeline', () => {
      const runs = workplace.path('.mlbench', 'runs');
      const [runId] = existsSync(runs) ? readdirSync(runs) : [];
      const file = `${runs}/${runId}/timeline.ndjson`;
      return runId !== undefined && existsSync(file) && readFileSync(file, 'utf8').includes('"load"');
    });
    load.child.kill('SIGINT');
    const finished = await load.finished;
    expect(finished.exitCode).toBe(130);
    expect(finished.stdout + finished.stderr).toMatch(/mlbench down/);
    const [runId] = readdirSync(workplace.path('.mlbench', 'runs'));
    const result = workplace.readJson<{ requests: { succeeded: number } }>(
      '.mlbench',
      'runs',
      runId!,
      'result.json',
    );
    expect(result.requests.succeeded).toBeGreaterThan(0);
    await expectNothingLeft();
  });

  it('the stand-in under a load: the instances beside the progress are dated, and not told as present', async () => {
    expect((await workplace.mlbench('up')).exitCode).toBe(0);
    const load = workplace.start('load', '--users', '2', '--duration', '60s');
    await eventually('the fleet is seen', () => /failed .* instances 1\n/.test(load.output()));
    process.kill(standInPid(), 'SIGKILL');
    const dated = /failed .* 1 instance, last seen at \d\d:\d\d:\d\d UTC\n/;
    await eventually('the last sight is told', () => dated.test(load.output()));
    const [after = ''] = load.output().split(dated).slice(1);
    expect(after).not.toMatch(/instances 1\n/);
    load.child.kill('SIGINT');
    expect((await load.finished).exitCode).toBe(130);
    await expectNothingLeft();
  });

  it('two ups at once: the second names the holder of the lock and refuses', async () => {
    const first = workplace.start('up');
    await eventually('the first holds the lock', () => existsSync(workplace.path('.mlbench', 'lock')));
    const second = await workplace.mlbench('up');
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(String(first.child.pid));
    expect((await first.finished).exitCode).toBe(0);
    await expectNothingLeft();
  });
});

describe('a stand-in of one’s own', () => {
  it('is started, found again, left alone by down, and stopped', async () => {
    const workplace = new Workplace();
    try {
      const started = await workplace.mlbench('local', 'start');
      expect(started.exitCode).toBe(0);
      expect(started.stdout).toMatch(/^AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/m);
      const again = await workplace.mlbench('local', 'start');
      expect(again.stdout).toBe(started.stdout);
      expect((await workplace.mlbench('up')).exitCode).toBe(0);
      expect((await workplace.mlbench('down')).exitCode).toBe(0);
      expect(workplace.processes().length).toBe(1);
      expect((await workplace.mlbench('local', 'stop')).exitCode).toBe(0);
      expect(workplace.processes()).toEqual([]);
      expect((await workplace.mlbench('local', 'stop')).exitCode).toBe(0);
    } finally {
      await workplace.dispose();
    }
  });
});
