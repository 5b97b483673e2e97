import { instanceTypeNames } from '../../catalog/instance-types.ts';
import { trackedMetricNames } from '../../catalog/metrics.ts';
import { optionGroup, type Settings } from '../../core/options/definition.ts';
import { type Fields, fieldsOf } from '../../core/options/fields.ts';
import {
  anyNumber,
  duration,
  matching,
  nonEmpty,
  oneOf,
  origin,
  port,
  positiveNumber,
  wholeNumber,
  wholeSeconds,
} from '../../core/options/values.ts';
import { defaultBaseImage } from '../../image/container-engine-arguments.ts';
import type { NamedStandInOptions } from '../../localcloud/options.ts';
import { endpointNameOption } from './endpoint-name-option.ts';
import { standInSettings } from './stand-in-options.ts';
import { upDefaults } from './up-defaults.ts';

const model = optionGroup('Model and endpoint:');
const scaling = optionGroup('Autoscaling:');
const api = optionGroup('REST API:');
const ending = optionGroup('An end that comes by itself (AWS alone; the stand-in costs nothing):');

const timeToLive = (text: string, name: string) => (text === 'none' ? null : duration(60_000)(text, name));

export const upOptions = {
  model: model.value('PATH', 'an ONNX file, a folder with one, or a model.tar.gz', nonEmpty('a path'), {
    field: 'modelPath',
    shownDefault: 'the sample model',
  }),
  modelData: model.value(
    's3://…',
    'a model.tar.gz that is in S3 already, instead of --model',
    matching(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+$/,
      "an object's S3 URL",
      'write it like s3://BUCKET/KEY',
    ),
    { field: 'modelDataUrl' },
  ),
  image: model.value(
    'URI',
    'serving image, used as written; the stand-in runs it only with --local-runtime docker',
    matching(/^\S{1,255}$/, 'an image', 'write it like REPOSITORY:TAG, without spaces, up to 255 characters'),
    { shownDefault: "mlbench's own; on AWS built and pushed to ECR" },
  ),
  baseImage: model.value(
    'IMAGE',
    'base of the serving image that mlbench builds; needs Node 22.19 and glibc 2.28',
    matching(
      /^[^\s-]\S{0,254}$/,
      'an image',
      'write it like REPOSITORY:TAG, without spaces, up to 255 characters',
    ),
    { shownDefault: defaultBaseImage },
  ),
  roleArn: model.value(
    'ARN',
    'execution role of the model; the stand-in accepts any',
    matching(
      /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/,
      "a role's ARN",
      'write it like arn:aws:iam::123456789012:role/NAME',
    ),
    { shownDefault: 'one named after the experiment' },
  ),
  endpointName: endpointNameOption('Model and endpoint:', 'name of the endpoint', 'mlbench, or mlbench-NAME'),
  instanceType: model.value(
    'TYPE',
    'instance type; on the stand-in it decides how much an instance carries',
    matching(
      /^ml\.[a-z0-9-]+\.[a-z0-9-]+$/,
      'an instance type of SageMaker hosting',
      'name one like ml.m5.large',
    ),
    { shownDefault: upDefaults.instanceType, choices: instanceTypeNames },
  ),
  instances: model.value('N', 'instances to start with', wholeNumber(1, 1_000, 'instances'), {
    shownDefault: String(upDefaults.instances),
  }),
  // What AWS would refuse of these, the validator of scaling refuses, with AWS's error name.
  min: scaling.value('N', 'fewest instances', wholeNumber(0, 1e6, 'instances'), {
    field: 'minCapacity',
    shownDefault: String(upDefaults.autoscaling.minCapacity),
  }),
  max: scaling.value('N', 'most instances', wholeNumber(0, 1e6, 'instances'), {
    field: 'maxCapacity',
    shownDefault: String(upDefaults.autoscaling.maxCapacity),
  }),
  metric: scaling.value(
    trackedMetricNames.join('|'),
    'what the policy tracks: invocations a minute and instance, requests in flight, or how busy the instances are',
    oneOf(trackedMetricNames),
    { shownDefault: upDefaults.autoscaling.metric },
  ),
  targetValue: scaling.value('N', 'value at which the policy holds its metric', anyNumber(), {
    shownDefault: 'half the emulated capacity; 60 on AWS',
  }),
  scaleOutCooldown: scaling.value('DURATION', 'wait after a scale-out', wholeSeconds(), {
    field: 'scaleOutCooldownSeconds',
    shownDefault: `${upDefaults.autoscaling.scaleOutCooldownSeconds}s`,
  }),
  scaleInCooldown: scaling.value('DURATION', 'wait after a scale-in', wholeSeconds(), {
    field: 'scaleInCooldownSeconds',
    shownDefault: `${upDefaults.autoscaling.scaleInCooldownSeconds}s`,
  }),
  policy: scaling.list(
    'FILE',
    'a policy as PutScalingPolicy takes it (JSON), in place of target value and cooldowns; may be repeated',
    nonEmpty('a file'),
    { field: 'policyFiles' },
  ),
  autoscaling: scaling.negatable('a fixed number of instances'),
  api: api.negatable('leave out the /evaluate REST API'),
  apiThrottle: api.value(
    'RPS',
    'API Gateway lets through so many requests a second (AWS only)',
    wholeNumber(1, 10_000, 'requests a second'),
    { field: 'apiThrottleRps', shownDefault: String(upDefaults.api.throttleRps) },
  ),
  apiPort: api.value('PORT', 'port of the API on the stand-in', port(), {
    shownDefault: `${upDefaults.api.port}: a free one`,
  }),
  apiAllowOrigin: api.list(
    'ORIGIN',
    "whose web pages may call the API on the stand-in, such as http://localhost:3000, or '*'; may be repeated",
    origin(),
    { field: 'apiOrigins' },
  ),
  ttl: ending.value(
    'DURATION|none',
    'AWS deletes the endpoint after this time, counted from now, even if this machine is gone; none: never',
    timeToLive,
    { field: 'ttlMs', shownDefault: 'unchanged; none for a new experiment' },
  ),
  maxCostUsd: ending.value(
    'N',
    'AWS deletes the endpoint when --max instances would have cost so much; whichever of this and --ttl comes first',
    positiveNumber('US dollars'),
  ),
};

/**
 * What `up` takes. Everything may be left out: an experiment that is up keeps its setting then, a new one gets the
 * default of `up-settings.ts`. So a second `up` with one flag changes that one thing. Where `ttlMs` is null, AWS ends
 * nothing any more.
 */
export interface UpOptions extends Fields<typeof upOptions> {
  /** How the stand-in behaves, where one must be started; one that runs must agree with what is named here. */
  standIn?: NamedStandInOptions;
}

/** The flags, as the command takes them. */
export function toUpOptions(
  settings: Settings<typeof upOptions> & Parameters<typeof standInSettings>[0],
): UpOptions {
  const standIn = standInSettings(settings);
  return { ...fieldsOf(upOptions, settings), ...(standIn === undefined ? {} : { standIn }) };
}
