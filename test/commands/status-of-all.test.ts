import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { experimentList } from '../../src/cli/render/experiment-list.ts';
import { plainStyle } from '../../src/cli/terminal/style.ts';
import { statusOfAll } from '../../src/commands/status-of-all.ts';
import type { ExperimentStatus } from '../../src/experiment/contract/outcomes.ts';
import { defaultUpSettings } from '../../src/experiment/settings/up-settings.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';
import { makeStateFolder, type StateFolder } from './state-folder.ts';

let folder: StateFolder;
beforeEach(() => {
  folder = makeStateFolder();
});
afterEach(() => folder.dispose());

/** On a stand-in that is not there any more. */
const record = (...names: string[]) =>
  openLedger(folder.path).update(({ experiments }) => {
    for (const name of names)
      experiments[name] = {
        target: 'local',
        region: 'us-east-1',
        createdAt: '2026-01-01T00:00:00.000Z',
        options: defaultUpSettings(`mlbench-${name}`),
        resources: [
          {
            kind: 'bucket',
            name: `mlbench-${name}`,
            state: 'present',
            identifiers: { name: `mlbench-${name}` },
            createdAt: '2026-01-01T00:00:00.000Z',
          },
        ],
      };
  });

describe('the status of no experiment in particular', () => {
  it('is of the default one where nothing is on record', async () => {
    expect(await statusOfAll(folder.context(), undefined)).toMatchObject({
      experiment: 'mlbench',
      up: false,
    });
  });

  it('is of the one that is on record, whatever its name', async () => {
    record('other');
    expect(await statusOfAll(folder.context(), undefined)).toMatchObject({ experiment: 'other', up: false });
  });

  it('is a line for each of several, or for those of the target asked for', async () => {
    record('other', 'third');
    expect(await statusOfAll(folder.context(), undefined)).toMatchObject({
      experiments: [
        { experiment: 'other', target: 'local', endpointStatus: null, trouble: null },
        { experiment: 'third', target: 'local', endpointStatus: null, trouble: null },
      ],
    });
    expect(await statusOfAll(folder.context(), 'aws')).toMatchObject({ experiment: 'mlbench', up: false });
  });

  it('says where each is, how it is, or why nobody knows', () => {
    const one: ExperimentStatus = {
      experiment: 'other',
      target: 'local',
      region: 'us-east-1',
      endpointName: 'mlbench-other',
      endpointStatus: 'InService',
      instances: 3,
      expiry: null,
      trouble: null,
    };
    const far = { ...one, experiment: 'far', target: 'aws' as const, trouble: 'no credentials' };
    const lines = experimentList({ exitCode: 0, experiments: [one, far] }, plainStyle, 100).join('\n');
    expect(lines).toMatch(/other .*InService +3/);
    expect(lines).toMatch(/far .*AWS, us-east-1.*not known/);
    expect(lines).toContain('far: no credentials');
    expect(lines).toContain('mlbench status --name other');
  });
});
