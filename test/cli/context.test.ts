import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContextNeeds, resolveContext } from '../../src/cli/context.ts';
import { commonOptions } from '../../src/cli/options/common.ts';
import { resolveSettings, type SettingSources } from '../../src/cli/options/settings.ts';
import { openLedger } from '../../src/resources/engine/ledger-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-context-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const resolve = (given: Partial<SettingSources>, needs: Partial<ContextNeeds> = {}) => {
  const sources = { flags: {}, environment: {}, config: {}, configFile: 'mlbench.config.json', ...given };
  const common = resolveSettings(commonOptions, sources);
  return resolveContext(common, { ...sources, flags: { stateDir: ['.'], ...sources.flags } }, folder, {
    ledger: true,
    cloud: true,
    region: true,
    ...needs,
  });
};

const writeLedger = (target: 'local' | 'aws', region: string) =>
  openLedger(folder).update((ledger) => {
    const createdAt = '2026-01-01T00:00:00.000Z';
    ledger.experiments['mlbench'] = { target, region, createdAt, options: {}, resources: [] };
  });

describe('where a command works', () => {
  it('is the stand-in in us-east-1, unless something says otherwise', () => {
    expect(resolve({})).toMatchObject({
      stateDir: join(folder, '.mlbench'),
      experiment: 'mlbench',
      target: 'local',
      region: 'us-east-1',
    });
    expect(resolve({ environment: { AWS_REGION: 'eu-west-1' } }).region).toBe('eu-west-1');
    expect(
      resolve({ config: { region: ['eu-west-2'] }, environment: { AWS_REGION: 'eu-west-1' } }).region,
    ).toBe('eu-west-2');
  });

  it('is where the experiment is, before what the config file says, after what was typed', () => {
    writeLedger('aws', 'eu-central-1');
    const state = { stateDir: ['.'] };
    expect(resolve({ flags: state, config: { target: ['local'], region: ['us-west-2'] } })).toMatchObject({
      target: 'aws',
      region: 'eu-central-1',
    });
    expect(resolve({ flags: { ...state, region: ['us-west-1'] } })).toMatchObject({
      target: 'aws',
      region: 'us-west-1',
    });
    expect(resolve({ flags: { ...state, target: ['local'] } })).toMatchObject({
      target: 'local',
      region: 'us-east-1',
    });
  });

  it('on AWS needs a region', () => {
    expect(() => resolve({ flags: { target: ['aws'] } })).toThrow('no AWS region is set');
    expect(
      resolve({ flags: { target: ['aws'] }, environment: { AWS_DEFAULT_REGION: 'us-east-2' } }).region,
    ).toBe('us-east-2');
  });

  it('leaves the region open where the verb says itself what it cannot do', () => {
    expect(resolve({ config: { target: ['aws'] } }, { region: false }).region).toBe('');
    expect(resolve({ flags: { target: ['aws'], region: ['eu-west-1'] } }, { region: false }).region).toBe(
      'eu-west-1',
    );
  });

  it('needs no region for what calls nothing there', () => {
    expect(resolve({ config: { target: ['aws'] } }, { ledger: true, cloud: false })).toMatchObject({
      target: 'aws',
      region: 'us-east-1',
    });
  });

  it('needs a ledger that can be read, unless the command stands alone', () => {
    writeFileSync(join(folder, 'ledger.json'), '{');
    expect(() => resolve({ flags: { stateDir: ['.'] } })).toThrow('ledger.json');
    expect(resolve({ flags: { stateDir: ['.'] } }, { ledger: false, cloud: true }).target).toBe('local');
  });
});
