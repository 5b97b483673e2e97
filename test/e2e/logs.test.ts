import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Workplace } from './command-line.ts';

let workplace: Workplace;

describe('the logs of an experiment', () => {
  beforeAll(async () => {
    workplace = new Workplace();
    expect((await workplace.mlbench('up', '--quiet')).exitCode).toBe(0);
  });
  afterAll(() => workplace.dispose());

  it('are what the containers said, one object a line with --json', async () => {
    const { exitCode, stdout } = await workplace.mlbench('logs', '--json');
    expect(exitCode).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ message }) => JSON.parse(message).event)).toEqual(
      expect.arrayContaining(['listening', 'model-loaded']),
    );
    expect(lines[0]).toMatchObject({
      source: 'endpoint',
      group: '/aws/sagemaker/Endpoints/mlbench',
      stream: expect.stringMatching(/^AllTraffic\/i-/),
    });
  });

  it('are narrowed down by a text', async () => {
    const { stdout } = await workplace.mlbench('logs', '--filter', '"event":"model-loaded"');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    const none = await workplace.mlbench('logs', '--filter', 'no such words', '--since', '1h');
    expect(none).toMatchObject({ exitCode: 0, stdout: '' });
    expect(none.stderr).toContain('nothing with "no such words" was logged in the last 1h');
  });

  it('are followed until Ctrl-C, which is no failure', async () => {
    const following = workplace.start('logs', '--follow', '--since', '1s');
    await eventually('it has begun', () => following.output().includes('clock runs'));
    const [instance] = workplace.processes().filter(({ command }) => command.includes('serving'));
    process.kill(instance!.pid, 'SIGTERM');
    await eventually('its last words', () => following.output().includes('"event":"stopped"'));
    following.child.kill('SIGINT');
    expect((await following.finished).exitCode).toBe(0);
  });

  it('are on the stand-in those of the endpoint alone', async () => {
    const { exitCode, stderr } = await workplace.mlbench('logs', '--source', 'access');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--source endpoint');
  });
});
