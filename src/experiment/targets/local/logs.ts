import { join } from 'node:path';
import { userError } from '../../../core/errors.ts';
import { ownCommand } from '../../../core/options/own-command.ts';
import { findStandIn } from '../../../localcloud/process.ts';
import type { CommandContext } from '../../context/context.ts';
import type { Cloud } from '../../contract/cloud.ts';
import type { LogSourceName } from '../../contract/target.ts';
import { standInCloud } from './cloud.ts';

/**
 * The stand-in, which keeps what its instances say as long as it runs.
 * @throws MlbenchError `no-such-log`, `stand-in-gone` (exit code 2)
 */
export async function findStandInLogs(
  sources: readonly LogSourceName[],
  context: CommandContext,
): Promise<Cloud> {
  const other = sources.find((source) => source !== 'endpoint');
  if (other !== undefined)
    throw userError(
      'no-such-log',
      `--source ${other}: on the stand-in the API is a process of this machine and has no log group`,
      `read ${join(context.stateDir, 'api', 'log')}, or pass --source endpoint`,
    );
  const standIn = await findStandIn(context.stateDir);
  if (standIn?.healthy) return standInCloud(standIn);
  throw userError(
    'stand-in-gone',
    `no stand-in runs in ${context.stateDir}, and what was logged ended with it`,
    `run ${ownCommand('up', context)}; the instances' last words are in ${join(context.stateDir, 'local', 'instances', 'logs')}`,
  );
}
