import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRunShelf } from '../../src/dashboard/runs/run-shelf.ts';
import { runFile } from '../../src/dashboard/server/run-routes.ts';
import { sampleRun } from '../report/sample-run.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'mlbench-shelf-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

function put(runId: string, files: Record<string, string>): void {
  const folder = join(stateDir, 'runs', runId);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

const { result, timeline } = sampleRun();
const record = {
  'result.json': `${JSON.stringify(result, null, 2)}\n`,
  'timeline.ndjson': timeline.map((event) => `${JSON.stringify(event)}\n`).join(''),
  'report.html': '<!doctype html>',
};

describe('the shelf of past runs', () => {
  it('is empty where nothing was ever run', () => {
    expect(openRunShelf(stateDir).list()).toMatchObject({ runs: [], more: 0 });
  });

  it('has the newest run first, with what came of it', () => {
    put('20260101T000000Z-aaaa', record);
    put('20260102T000000Z-bbbb', record);
    const { runs } = openRunShelf(stateDir).list();
    expect(runs.map(({ runId }) => runId)).toEqual(['20260102T000000Z-bbbb', '20260101T000000Z-aaaa']);
    expect(runs[0]).toMatchObject({
      problem: null,
      summary: {
        sent: result.requests.sent,
        p99Us: result.latencyUs.response.p99,
        validity: result.validity.verdict,
      },
    });
  });

  it('names what it cannot read, and why, and lists the rest', () => {
    put('a-newer-version', { 'result.json': '{"schemaVersion": 99}\n' });
    put('b-cut-short', { 'result.json': record['result.json'].slice(0, 100) });
    put('c-never-ended', { 'timeline.ndjson': record['timeline.ndjson'] });
    put('d-whole', record);
    const lines = openRunShelf(stateDir).list().runs;
    expect(lines.map(({ runId, problem }) => [runId, problem])).toEqual([
      ['d-whole', null],
      ['c-never-ended', 'it has no result: it goes on, or never ended'],
      ['b-cut-short', expect.stringContaining('cut short')],
      ['a-newer-version', expect.stringContaining('version 99')],
    ]);
  });

  it('lists fifty at most, and counts the others', () => {
    for (let index = 100; index < 160; index++) put(`run-${index}`, {});
    const { runs, more } = openRunShelf(stateDir).list();
    expect([runs.length, more, runs[0]?.runId]).toEqual([50, 10, 'run-159']);
  });

  it('gives files of a run, and of nothing else', () => {
    put('run-1', record);
    writeFileSync(join(stateDir, 'ledger.json'), 'secret');
    mkdirSync(join(stateDir, 'elsewhere'));
    writeFileSync(join(stateDir, 'elsewhere', 'result.json'), 'secret');
    symlinkSync(join(stateDir, 'elsewhere'), join(stateDir, 'runs', 'link'));
    symlinkSync(join(stateDir, 'ledger.json'), join(stateDir, 'runs', 'run-1', 'intervals.hlog'));
    const shelf = openRunShelf(stateDir);
    expect(shelf.file('run-1', 'result.json')).toMatchObject({ kind: 'file' });
    for (const [runId, name] of [
      ['link', 'result.json'],
      ['..', 'ledger.json'],
      ['../elsewhere', 'result.json'],
      ['run-1/../run-1', 'result.json'],
      ['run-1', 'intervals.hlog'],
      ['run-1', '../../ledger.json'],
      ['run-1', '__proto__'],
      ['', 'result.json'],
      ['absent', 'result.json'],
    ] as const) {
      expect(shelf.file(runId, name), `${runId} ${name}`).toMatchObject({ kind: 'none' });
    }
  });

  it('shows a report in a sandbox, and has everything else taken away', () => {
    put('run-1', record);
    const shelf = openRunShelf(stateDir);
    const shown = runFile('/runs/run-1/report.html', shelf, true);
    expect(shown).toMatchObject({
      headers: { 'content-security-policy': expect.stringMatching(/^sandbox allow-scripts;/) },
    });
    expect(shown).not.toMatchObject({ headers: { 'content-disposition': expect.anything() } });
    for (const path of ['/runs/run-1/report.html', '/runs/run-1/stats.csv', '/runs/run-1/result.json']) {
      expect(runFile(path, shelf, false)).toMatchObject({
        headers: { 'content-disposition': expect.stringContaining('attachment') },
      });
    }
    expect(runFile('/runs/run-1/result.json', shelf, true)).toMatchObject({
      headers: { 'content-disposition': expect.stringContaining('attachment') },
    });
    expect(runFile('/runs/run-1', shelf, false)).toMatchObject({ kind: 'message', status: 404 });
  });
});
