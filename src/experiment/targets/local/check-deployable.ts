import { createServer } from 'node:http';
import { listenOnLoopback } from '../../../core/background/background-service.ts';
import { userError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import type { StandInOptions } from '../../../localcloud/options.ts';
import type { StandIn } from '../../../localcloud/process.ts';
import { isCloudError } from '../../../resources/sdk/cloud-errors.ts';
import { clientsOf, withClients } from '../../context/cloud.ts';
import type { CommandContext } from '../../context/context.ts';
import { checkInstanceType } from '../../settings/instance-type.ts';
import { firstInstances, type UpSettings } from '../../settings/up-settings.ts';
import { findFrontPort } from './api-front.ts';
import { standInCloud } from './cloud.ts';

/**
 * What the stand-in would refuse of the settings once half of the experiment is made: `up` and `up --plan` say it
 * before.
 * @param running null: `up` starts one
 * @throws MlbenchError naming the flag (exit code 2)
 */
export async function checkDeployable(
  settings: UpSettings,
  options: StandInOptions,
  running: StandIn | null,
  context: CommandContext,
): Promise<void> {
  checkInstanceType(settings.instanceType);
  checkQuota(settings, options);
  if (running === null) await checkPort('--port', options.port);
  const { api } = settings;
  if (api && api.port !== (await findFrontPort(context))) await checkPort('--api-port', api.port);
  await checkModelData(settings, running, context);
}

function checkQuota(settings: UpSettings, { instanceQuota }: StandInOptions): void {
  const count = firstInstances(settings);
  if (settings.broughtVariant !== null || count <= instanceQuota) return;
  throw userError(
    'instance-quota',
    `--instances ${count}: the stand-in has at most ${instanceQuota} instances of a type`,
    `name ${instanceQuota} or fewer, or raise --instance-quota`,
  );
}

/** Listens for a moment. @throws MlbenchError `port-in-use`, `port-forbidden` */
async function checkPort(flag: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await listenOnLoopback(server, port, `pass another ${flag}; ${flag} 0 takes a free one`);
  await new Promise((resolve) => server.close(resolve));
}

async function checkModelData(
  { modelDataUrl, broughtVariant }: UpSettings,
  running: StandIn | null,
  context: CommandContext,
): Promise<void> {
  if (modelDataUrl === null || broughtVariant !== null) return;
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(modelDataUrl) ?? [];
  if (running && (await isThere(bucket, key, running, context))) return;
  const none = running ? 'the stand-in has no such object' : 'no stand-in runs that could hold it';
  throw userError(
    'no-model-data',
    `--model-data ${modelDataUrl}: ${none}`,
    `put it there first${running ? '' : `, after ${ownCommand('local start')}`}; or pass --model PATH, which up uploads`,
  );
}

function isThere(Bucket: string, Key: string, running: StandIn, context: CommandContext): Promise<boolean> {
  return withClients(clientsOf(context, standInCloud(running)), async (clients) => {
    const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
    const s3 = await clients.s3();
    try {
      await s3.send(new HeadObjectCommand({ Bucket, Key }));
      return true;
    } catch (error) {
      if (isCloudError(error, 'NotFound') || isCloudError(error, 'NoSuchBucket')) return false;
      throw error;
    }
  });
}
