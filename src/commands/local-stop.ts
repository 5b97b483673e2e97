import { userError } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { ownCommand } from '../core/options/own-command.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { LocalStopOutcome } from '../experiment/contract/outcomes.ts';
import { experimentsOn } from '../experiment/settings/experiments.ts';
import { findStandIn, stopStandIn } from '../localcloud/process.ts';
import { withLock } from '../resources/engine/lock.ts';

/**
 * Stops the stand-in that `local start` started; one that `up` started is stopped by `down`, or here once it hangs.
 * @throws MlbenchError `stand-in-in-use` (exit code 2)
 */
export function localStop(context: CommandContext): Promise<LocalStopOutcome> {
  const { stateDir, ledger, clock } = context;
  return withLock(stateDir, 'local stop', clock, async () => {
    const running = await findStandIn(stateDir);
    const [experiment] = experimentsOn('local', ledger.read());
    if (running?.healthy && running.startedBy === 'up' && experiment !== undefined) {
      throw userError(
        'stand-in-in-use',
        `the stand-in (pid ${running.pid}) was started by mlbench up and carries the experiment "${experiment}"`,
        `run ${ownCommand('down', { experiment })}, which stops it`,
      );
    }
    const outcome = await stopStandIn(stateDir, { clock });
    if (outcome !== 'not-running' && experiment !== undefined) {
      context.emit({
        type: 'notice',
        level: 'warning',
        message: `the experiment "${experiment}" ran on it: its endpoint ended too`,
        remedy: `${ownCommand('up', { experiment })} starts it anew, ${ownCommand('down', { experiment })} forgets it`,
      });
    }
    return { exitCode: exitCodes.ok, stopped: outcome !== 'not-running' };
  });
}
