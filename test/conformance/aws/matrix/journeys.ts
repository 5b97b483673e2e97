import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stage } from '../stage.ts';
import { down, up, upAgain, upWithLittle } from '../verbs.ts';
import type { CallSpot } from '../world/recorded-call.ts';
import { killAfter } from './interventions.ts';

/** A command from where it begins, to be interrupted on its way. */
export interface Journey {
  name: string;
  /** Commands that lead to where it begins. */
  before: readonly (readonly string[])[];
  /** What is done in the folder or in the account after those. */
  prepare?(stage: Stage): Promise<void> | void;
  verb: readonly string[];
  /** Whether it is there to make something, or to leave nothing. */
  to: 'make' | 'remove';
  /** Else at every call that changes something. */
  everyCall?: boolean;
  /** At these alone. */
  only?(spot: CallSpot): boolean;
}

const example = (name: string) =>
  fileURLToPath(new URL(`../../../../docs/examples/${name}`, import.meta.url));
const upInSteps = [...up, '--policy', example('steps.json')];
const bigModel = 'big.tar.gz';
const upWithBigModel = [...upWithLittle, '--model', bigModel];

export const makingAll: Journey = { name: 'up', before: [], verb: up, to: 'make', everyCall: true };
export const removingAll: Journey = { name: 'down', before: [up], verb: down, to: 'remove', everyCall: true };

export const journeys: readonly Journey[] = [
  makingAll,
  removingAll,
  {
    name: 'up, which changes capacity, throttle and time to live',
    before: [up],
    verb: [...upAgain, '--max', '6', '--instances', '2', '--api-throttle', '7', '--ttl', '5h'],
    to: 'make',
  },
  {
    name: 'up, which updates blue/green',
    before: [up],
    verb: [...upAgain, '--instance-type', 'ml.m5.xlarge'],
    to: 'make',
  },
  { name: 'up with policies of steps in place of the one', before: [up], verb: upInSteps, to: 'make' },
  { name: 'up, which takes away the API', before: [up], verb: [...upAgain, '--no-api'], to: 'make' },
  {
    name: 'up, which takes away autoscaling and the time to live',
    before: [up],
    verb: [...upAgain, '--no-autoscaling', '--ttl', 'none'],
    to: 'make',
  },
  {
    name: 'up, which puts right what others have changed',
    before: [up],
    prepare: (stage) => stage.inspector.meddle(),
    verb: upAgain,
    to: 'make',
  },
  {
    name: 'up with a model that is sent in parts',
    before: [],
    prepare: (stage) => packBigModel(stage.folder),
    verb: upWithBigModel,
    to: 'make',
    only: ({ name, nth }) => /Upload/.test(name) && nth <= 2,
  },
  {
    name: 'up over parts that a killed one has sent',
    before: [],
    async prepare(stage) {
      packBigModel(stage.folder);
      await stage.mlbenchKilled(upWithBigModel, (kill) => killAfter({ name: 's3 UploadPart', nth: 1 }, kill));
    },
    verb: upWithBigModel,
    to: 'make',
    only: ({ name }) => /AbortMultipartUpload/.test(name),
  },
  { name: 'down of policies of steps', before: [upInSteps], verb: down, to: 'remove' },
  {
    name: 'down --orphans',
    before: [up],
    prepare: (stage) => forgetAll(stage.folder),
    verb: ['down', '--target', 'aws', '--orphans', '--yes'],
    to: 'remove',
  },
];

function forgetAll(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
}

/** The sample model beside what makes it too big for one call. */
function packBigModel(folder: string): void {
  const sample = fileURLToPath(new URL('../../../../model/model.tar.gz', import.meta.url));
  execFileSync('tar', ['xzf', sample], { cwd: folder });
  writeFileSync(join(folder, 'weights.bin'), randomFillSync(Buffer.alloc(65 * 1_024 ** 2)));
  const files = ['model.json', 'model.onnx', 'weights.bin'];
  execFileSync('tar', ['-I', 'gzip -1', '-cf', bigModel, ...files], { cwd: folder });
  for (const file of files) rmSync(join(folder, file));
}
