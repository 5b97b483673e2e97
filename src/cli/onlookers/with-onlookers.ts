import type { Emit } from '../../core/events.ts';
import type { Settings } from '../../core/options/definition.ts';
import type { LiveServer } from '../../dashboard/server/live-server.ts';
import type { CommandContext, CommandEvent } from '../../experiment/context/context.ts';
import type { Onlookers } from '../../experiment/run/measure.ts';
import { joinSteering } from '../../load/run/controls.ts';
import { type FollowedRun, joinFollowers, type RunFollower } from '../../load/run/run-follower.ts';
import { type webOptions, webPlace } from '../options/web.ts';
import { followStanding } from './follow-standing.ts';
import { loadKeys } from './load-keys.ts';
import type { OnlookerHost } from './onlooker-host.ts';

/**
 * Does the work of a verb that loads, with whoever looks on: the keys of the terminal, and the live page if there is to
 * be one. The page listens before anything is deployed or sent, and as long as the command goes on.
 * @throws MlbenchError `web-port`, `web-host`, and what the work throws
 */
export async function withOnlookers<Outcome>(
  settings: Settings<typeof webOptions>,
  host: OnlookerHost,
  work: (onlookers: Onlookers, context: CommandContext) => Promise<Outcome>,
): Promise<Outcome> {
  const { context } = host;
  const keys = loadKeys(host);
  const place = webPlace(settings, host.typed);
  const own = isLookedAt(host) ? (run: FollowedRun) => followStanding(run, context.emit) : null;
  if (place === null) return await work({ steering: keys, ...(own && { follow: own }) }, context);
  const { openLiveServer } = await import('../../dashboard/server/live-server.ts');
  const page = await openLiveServer({
    ...place,
    clock: context.clock,
    failed: (error) => warnOfFailure(error, context),
  });
  const { stdout, stderr } = host.terminal;
  (host.common.json ? stderr : stdout).write(`${page.url}\n`);
  try {
    const onlookers = { steering: joinSteering(keys, page.steering), follow: followBy(page, own) };
    return await work(onlookers, { ...context, emit: tellingParts(page, context.emit) });
  } catch (error) {
    page.tell({ name: 'failed', message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await page.close();
  }
}

/** Somebody sits at a terminal that shows more than lines. */
function isLookedAt({ terminal: { stderr }, common }: OnlookerHost): boolean {
  return stderr.isTerminal && common.quiet !== true;
}

type Follow = (run: FollowedRun) => RunFollower;

function followBy(page: LiveServer, own: Follow | null): Follow {
  return own === null ? page.follow : (run) => joinFollowers([page.follow(run), own(run)]);
}

/** What goes on around the load: the page is there before the load, and after it. */
function tellingParts(page: LiveServer, emit: Emit<CommandEvent>): Emit<CommandEvent> {
  return (event) => {
    if (event.type === 'part') page.tell({ name: event.name, message: event.message });
    emit(event);
  };
}

function warnOfFailure(error: unknown, { emit }: CommandContext): void {
  const why = error instanceof Error ? error.message : String(error);
  emit({
    type: 'notice',
    level: 'warning',
    message: `the live page has failed: ${why}`,
    remedy: 'the run goes on, and its record has everything',
  });
}
