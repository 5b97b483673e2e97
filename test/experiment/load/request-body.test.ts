import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userError } from '../../../src/core/errors.ts';
import { modelBody, needsSample, readBody, urlBody } from '../../../src/experiment/load/request-body.ts';
import type { SampleRequest } from '../../../src/experiment/settings/sample-request.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-body-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (body: { bytes: Uint8Array }) => Buffer.from(body.bytes).toString();
const sample = (): SampleRequest => ({
  ...{ from: 'inputs', path: '/kept.json', bytes: Buffer.from('{"instances":[1]}'), problem: null },
});
const none = () => {
  throw userError('no-body', 'nobody but you knows a valid request', 'pass --body @FILE');
};

describe("a request's body", () => {
  it('is the text as typed', () => {
    const body = readBody({ body: '{"a":1}' }, none);
    expect([text(body), body.contentType, body.sample]).toEqual(['{"a":1}', 'application/json', null]);
  });

  it('is a file byte for byte, its type by its name unless given', () => {
    const path = join(folder, 'rows.csv');
    writeFileSync(path, '1,2\n');
    expect(text(readBody({ body: `@${path}` }, none))).toBe('1,2\n');
    expect(readBody({ body: `@${path}` }, none).contentType).toBe('text/csv');
    expect(readBody({ body: `@${path}`, contentType: 'text/plain' }, none).contentType).toBe('text/plain');
  });

  it('is the sample request where none is given, and says so', () => {
    const body = readBody({}, sample);
    expect([text(body), body.contentType]).toEqual(['{"instances":[1]}', 'application/json']);
    expect(body.sample).toEqual({ from: 'inputs', path: '/kept.json' });
    expect(readBody({ contentType: 'text/csv' }, sample).contentType).toBe('text/csv');
  });

  it('is asked for where nobody can know one, but not by a scenario, nor by a file of many', () => {
    expect(() => modelBody({}, none)).toThrow('nobody but you knows a valid request');
    expect(text(modelBody({ scenarioFile: 's.ts' }, none))).toBe('');
    expect(text(modelBody({ scenarioFile: 's.ts' }, sample))).toBe('{"instances":[1]}');
    expect(text(modelBody({ dataFile: 'd.jsonl' }, none))).toBe('');
    expect([{}, { body: '' }, { dataFile: 'd' }, { scenarioFile: 's' }].map(needsSample)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('of requests to any URL is nothing unless it is given', () => {
    expect(text(urlBody({}))).toBe('');
    expect(text(urlBody({ body: 'x' }))).toBe('x');
  });

  it('that cannot be read is named', () => {
    const path = join(folder, 'missing.json');
    expect(() => readBody({ body: `@${path}` }, none)).toThrow(`--body @${path}: ENOENT`);
  });
});
