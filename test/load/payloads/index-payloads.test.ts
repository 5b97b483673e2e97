import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContentPlace, type ContentRef, contentOfBytes } from '../../../src/core/content.ts';
import type { DataPlan } from '../../../src/load/payloads/data-plan.ts';
import { indexPayloads } from '../../../src/load/payloads/index-payloads.ts';
import { openPayloads } from '../../../src/load/payloads/payload-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const share = { worker: 0, workers: 1, firstOfShare: null, seed: 1 };

const contents: Record<string, ContentPlace> = {};

function contentAt(path: string): ContentRef {
  const ref = contentOfBytes(readFileSync(path), basename(path));
  contents[ref.sha256] = { path };
  return ref;
}

function planOf(content: string | Buffer, changes: Partial<DataPlan> = {}): DataPlan {
  const file = join(folder, 'data');
  writeFileSync(file, content);
  return {
    content: contentAt(file),
    format: 'jsonl',
    rowsAs: 'json',
    order: 'sequence',
    weights: null,
    mostBodyBytes: 6_291_456,
    ...changes,
  };
}

async function bodiesOf(data: DataPlan, fromDisk = false): Promise<string[]> {
  const index = await indexPayloads(data, contents, never);
  const source = openPayloads(fromDisk ? { ...index, content: null } : index, contents, share);
  const bodies = Array.from({ length: index.count }, () =>
    Buffer.from(source.bodyAt(source.nextIndex())).toString(),
  );
  source.close();
  return bodies;
}

describe('a JSONL file', () => {
  it('gives each line as one body, byte for byte, held or read from the disk', async () => {
    const line = fc.json().map((json) => json.replaceAll('\n', ' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        async (lines, lineEnd, endsWithOne, fromDisk) => {
          const data = planOf(lines.join(lineEnd) + (endsWithOne ? lineEnd : ''));
          expect(await bodiesOf(data, fromDisk)).toEqual(lines);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('with lines longer than the pieces it is read in, too', async () => {
    const lines = [`"${'a'.repeat(70_000)}"`, '1', `"${'b'.repeat(200_000)}"`, ' {"x": 1.0}', '2'];
    expect(await bodiesOf(planOf(lines.join('\n')), true)).toEqual(lines);
  });

  it('may begin with a byte order mark and end with empty lines', async () => {
    expect(await bodiesOf(planOf('\ufeff{"a":1}\n{"b":2}\n\n  \n'))).toEqual(['{"a":1}', '{"b":2}']);
  });

  it.each([
    ['{"a":1}\n{"a":}\n', /line 2 is not JSON/],
    ['{"a":1}\n\n{"a":2}\n', /line 2 is empty/],
    [Buffer.from('{"a":1}\n"\xff"\n', 'latin1'), /line 2 is not UTF-8/],
    ['', /is empty/],
    ['\n\n', /is empty/],
    [`1\n2\n"${'x'.repeat(50)}"\n`, /line 3 makes a body of 52 bytes, and at most 40/],
    [`1\n2\n"${'x'.repeat(50)}`, /line 3 has more than 40 bytes|line 3 is not JSON/],
  ])('that reads %j is refused with the number of its line', async (content, message) => {
    await expect(
      indexPayloads(planOf(content, { mostBodyBytes: 40 }), contents, never),
    ).rejects.toMatchObject({
      message: expect.stringMatching(message),
      exitCode: 2,
    });
  });

  it('that is gone by now, or a folder, is refused', async () => {
    for (const path of [join(folder, 'missing.jsonl'), folder]) {
      const data = planOf('1');
      contents[data.content.sha256] = { path };
      await expect(indexPayloads(data, contents, never)).rejects.toMatchObject({
        code: 'file-changed',
        message: expect.stringContaining(path),
        exitCode: 2,
      });
    }
  });

  it('that is still being read when the run is interrupted is not called unreadable', async () => {
    const reason = new Error('interrupted');
    await expect(indexPayloads(planOf('1\n'), contents, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('that was changed after it had been planned with, or after the check, is not sent from', async () => {
    const data = planOf('1\n2\n');
    const { path } = contents[data.content.sha256] as { path: string };
    const index = await indexPayloads(data, contents, never);
    // As long as it was, and as if it had been written when it was.
    const { atime, mtime } = statSync(path);
    writeFileSync(path, '1\n3\n');
    utimesSync(path, atime, mtime);
    const refused = expect.objectContaining({
      code: 'file-changed',
      message: expect.stringContaining(path),
      exitCode: 2,
    });
    expect(() => openPayloads({ ...index, content: null }, contents, share)).toThrow(refused);
    await expect(indexPayloads(data, contents, never)).rejects.toEqual(refused);
  });

  it('that is changed while a run reads it ends the run, and one that is removed does not', async () => {
    const lines = Array.from({ length: 40_000 }, (_, at) => `${at}`);
    const data = planOf(lines.join('\n'));
    const { path } = contents[data.content.sha256] as { path: string };
    const index = await indexPayloads(data, contents, never);
    const source = openPayloads({ ...index, content: null }, contents, share);
    const bodyOf = (at: number) => Buffer.from(source.bodyAt(at)).toString();
    rmSync(path);
    expect(bodyOf(30_000)).toBe('30000');
    source.close();
    writeFileSync(path, lines.join('\n'));
    const changed = openPayloads({ ...index, content: null }, contents, share);
    appendFileSync(path, '\n3');
    expect(() => changed.bodyAt(0)).toThrow(expect.objectContaining({ code: 'file-changed' }));
    changed.close();
  });
});

describe('a CSV file', () => {
  it('may quote what looks like another separator, a number or a word for none', async () => {
    expect(await bodiesOf(planOf('"a;b"\n1\n', { format: 'csv' }))).toEqual(['{"a;b":1}']);
    expect(await bodiesOf(planOf('"2024","2025"\n1,2\n', { format: 'csv' }))).toEqual([
      '{"2024":1,"2025":2}',
    ]);
    expect(await bodiesOf(planOf('a,b,c\nnan,NA,1;2\n', { format: 'csv' }))).toEqual([
      '{"a":"nan","b":"NA","c":"1;2"}',
    ]);
    expect(await bodiesOf(planOf('2024,b\n9007199254740993,1e400\n', { format: 'csv' }))).toEqual([
      '{"2024":9007199254740993,"b":1e400}',
    ]);
    expect(await bodiesOf(planOf('\ufeff"a",b\r\n1,2\r\n\r\n', { format: 'csv' }))).toEqual([
      '{"a":1,"b":2}',
    ]);
  });

  it('may have columns beyond counting', { timeout: 60_000 }, async () => {
    const columns = Array.from({ length: 300_000 }, (_, at) => `f${at}`);
    const plan = planOf(`${columns.join(',')}\n${columns.map(() => 1).join(',')}\n`, { format: 'csv' });
    expect(await indexPayloads(plan, contents, never)).toMatchObject({ count: 1 });
  });

  const csv = 'id,name,score\r\n1,"Smith, ""Al""",1.50\r\n"2","two\nlines",\r\n-0.5,true,01\r\n';

  it('gives its rows as JSON objects by its header', async () => {
    const bodies = await bodiesOf(planOf(csv, { format: 'csv' }));
    expect(bodies).toEqual([
      '{"id":1,"name":"Smith, \\"Al\\"","score":1.50}',
      '{"id":"2","name":"two\\nlines","score":""}',
      '{"id":-0.5,"name":true,"score":"01"}',
    ]);
  });

  it('or as they stand', async () => {
    for (const fromDisk of [true, false]) {
      expect(await bodiesOf(planOf(csv, { format: 'csv', rowsAs: 'rows' }), fromDisk)).toEqual([
        '1,"Smith, ""Al""",1.50',
        '"2","two\nlines",',
        '-0.5,true,01',
      ]);
    }
  });

  it.each([
    ['a,b\n1,2\n3\n', /line 3 has 1 cells, and the header has 2/],
    ['a,b\n1,"two\nlines"\n3,4,5\n', /line 4 has 3 cells/],
    ['a,a\n1,2\n', /line 1 is the header, and names "a" twice/],
    [
      'a;b;c\n1;2;3\n',
      /line 1 is the header, and has one column: cells are separated by commas, and not by ";"/,
    ],
    ['a\tb\n1\t2\n', /has one column: .* and not by "\\t"/],
    ['a;b,c\n1;2;3\n', /line 2 has 1 cells, and the header has 2: .* not by ";"/],
    ['a,b,\n1,2,\n', /line 1 is the header, and its column 3 has no name/],
    ['5.1,3.5,1e3\n4.9,3,2\n', /line 1 is no header: all of its names are values/],
    ['nan,NA,inf\n1,2,3\n', /line 1 is no header/],
    ['a,b\r1,2\r3,4', /has a header and no row|line 1/],
    ['a,\n1,2\n', /column 2 has no name/],
    ['a,b\n1,x"y\n', /line 2 is not CSV/],
    ['a,b\n1,"x\n', /line 2 is not CSV: a quoted cell is not closed/],
    ['a,b\n', /has a header and no row/],
  ])('that reads %j is refused', async (content, message) => {
    await expect(indexPayloads(planOf(content, { format: 'csv' }), contents, never)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      exitCode: 2,
    });
  });
});

describe('weights', () => {
  const weighted = (weights: string) => {
    const weightsFile = join(folder, 'weights');
    writeFileSync(weightsFile, weights);
    return indexPayloads(
      planOf('1\n2\n3\n', { order: 'random', weights: contentAt(weightsFile) }),
      contents,
      never,
    );
  };

  it('are one a line', async () => {
    expect([...(await weighted('1\n0\n2.5\n')).weightSums!]).toEqual([1, 1, 3.5]);
  });

  it.each([
    ['1\n2\n', /2 weights, and the data has 3 records/],
    ['1\n-2\n3\n', /line 2: "-2" is not a weight/],
    ['0\n0\n0\n', /no record a weight above zero/],
  ])('that read %j are refused', async (weights, message) => {
    await expect(weighted(weights)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      exitCode: 2,
    });
  });
});
