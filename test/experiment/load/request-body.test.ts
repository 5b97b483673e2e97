import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasSampleRequest, readBody } from '../../../src/experiment/load/request-body.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-body-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (body: { bytes: Uint8Array }) => Buffer.from(body.bytes).toString();

describe("a request's body", () => {
  it('is the text as typed', () => {
    const body = readBody({ body: '{"a":1}' }, null);
    expect([text(body), body.contentType]).toEqual(['{"a":1}', 'application/json']);
  });

  it('is a file byte for byte, its type by its name unless given', () => {
    const path = join(folder, 'rows.csv');
    writeFileSync(path, '1,2\n');
    expect(text(readBody({ body: `@${path}` }, null))).toBe('1,2\n');
    expect(readBody({ body: `@${path}` }, null).contentType).toBe('text/csv');
    expect(readBody({ body: `@${path}`, contentType: 'text/plain' }, null).contentType).toBe('text/plain');
  });

  it('is the sample request for the sample model', () => {
    expect(JSON.parse(text(readBody({}, null)))).toHaveProperty('instances');
  });

  it('is the request kept beside a model of your own', () => {
    writeFileSync(join(folder, 'sample-request.json'), '{"mine":true}');
    expect(text(readBody({}, join(folder, 'model.onnx')))).toBe('{"mine":true}');
    expect(text(readBody({}, folder))).toBe('{"mine":true}');
  });

  it('is asked for where nobody can know one', () => {
    expect(() => readBody({}, join(folder, 'model.onnx'))).toThrow('nobody but you knows a valid request');
  });

  it('is known for the sample model, and for your own only with a request beside it', () => {
    expect([hasSampleRequest(null), hasSampleRequest(folder)]).toEqual([true, false]);
    writeFileSync(join(folder, 'sample-request.json'), '{}');
    expect(hasSampleRequest(join(folder, 'model.onnx'))).toBe(true);
  });

  it('that cannot be read is named', () => {
    const path = join(folder, 'missing.json');
    expect(() => readBody({ body: `@${path}` }, null)).toThrow(`--body @${path}: ENOENT`);
  });
});
