import { describe, expect, it } from 'vitest';
import { findInstanceType } from '../../../../src/catalog/instance-types.ts';
import {
  environmentFileOf,
  runArguments,
} from '../../../../src/localcloud/instances/container-engine/run-arguments.ts';

const spec = {
  name: 'mlbench-1',
  instanceId: 'mlbench/1',
  labels: { standIn: 'an-id', owner: 'host:a-folder/.mlbench/local' },
  image: 'mlbench-serving:abc',
  type: findInstanceType('ml.c4.large')!,
  containerEngineCpus: 8,
  modelFolder: '/models/1',
  environmentFile: '/instance/environment',
  environment: { TOKEN: 'secret', TEXT: 'two\nlines' },
};

describe("an instance's container", () => {
  it("has the instance type's CPUs and memory, and no swap", () => {
    expect(runArguments(spec)).toEqual(
      expect.arrayContaining(['--cpus=2', '--memory=3840m', '--memory-swap=3840m']),
    );
  });

  it('has no more CPUs than the engine, which would refuse them', () => {
    expect(runArguments({ ...spec, containerEngineCpus: 1 })).toContain('--cpus=1');
  });

  it('is known by its stand-in and by whose that is', () => {
    expect(runArguments(spec)).toEqual(
      expect.arrayContaining([
        '--label=mlbench.stand-in=an-id',
        '--label=mlbench.owner=host:a-folder/.mlbench/local',
        '--label=mlbench.instance=mlbench/1',
      ]),
    );
  });

  it('is reached from this machine alone', () => {
    expect(runArguments(spec)).toContain('--publish=127.0.0.1::8080');
  });

  it('reads its model, and does not write it; an image may hold its own', () => {
    expect(runArguments(spec)).toContain('--volume=/models/1:/opt/ml/model:ro');
    expect(runArguments({ ...spec, modelFolder: null }).join(' ')).not.toContain('/opt/ml/model');
  });

  it('is started as IMAGE serve', () => {
    expect(runArguments(spec).slice(-2)).toEqual(['mlbench-serving:abc', 'serve']);
  });

  it("has the model's variables from a file, where nobody who lists processes sees them; lines alone do not fit there", () => {
    expect(environmentFileOf(spec.environment)).toBe('TOKEN=secret\n');
    const args = runArguments(spec);
    expect(args).toEqual(
      expect.arrayContaining(['--env-file=/instance/environment', '--env=TEXT=two\nlines']),
    );
    expect(args.join(' ')).not.toContain('secret');
  });
});
