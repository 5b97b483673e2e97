import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import type { CommandContext, CommandEvent } from '../../../src/experiment/context/context.ts';
import type { UpSettings } from '../../../src/experiment/settings/up-settings.ts';
import { takeModel } from '../../../src/experiment/stack/take-model.ts';
import { openLedger } from '../../../src/resources/engine/ledger-store.ts';
import { onnxModels, withSequence, zipMapped } from '../../docker/onnx-models.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mlbench-take-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What `up` says of a model. */
async function saidOf(onnx: Uint8Array): Promise<CommandEvent[]> {
  const modelPath = join(folder, 'model.onnx');
  writeFileSync(modelPath, onnx);
  const events: CommandEvent[] = [];
  const settings = { modelDataUrl: null, broughtVariant: null, modelPath } as UpSettings;
  const context = {
    stateDir: join(folder, 'state'),
    ledger: openLedger(join(folder, 'state')),
    experiment: 'mlbench',
    target: 'local',
    region: 'us-east-1',
    clock: systemClock,
    signal: new AbortController().signal,
    emit: (event: CommandEvent) => void events.push(event),
  } as CommandContext;
  await takeModel(settings, context);
  return events;
}

it('a model whose output no answer can hold is taken, and the output is named', async () => {
  expect(await saidOf(withSequence)).toEqual([
    {
      type: 'notice',
      level: 'warning',
      message: expect.stringMatching(
        /^answers of the model .*model\.onnx leave out .*: "parts" \(no tensor\)$/,
      ),
      remedy: expect.stringContaining('zipmap=False'),
    },
  ]);
});

it('of a model that is served whole nothing is said', async () => {
  expect(await saidOf(onnxModels.linear)).toEqual([]);
  expect(await saidOf(zipMapped(['no', 'yes']))).toEqual([]);
});
