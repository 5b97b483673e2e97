import type { Emit } from '../../core/events.ts';
import type { Settings } from '../../core/options/definition.ts';
import type { LiveServer } from '../../dashboard/server/live-server.ts';
import type { CommandContext, CommandEvent } from '../../experiment/context/context.ts';
import type { Onlookers } from '../../experiment/run/measure.ts';
import { joinSteering } from '../../load/run/controls.ts';
import { type webOptions, webPlace } from '../options/web.ts';
import { loadKeys } from './load-keys.ts';
import type { VerbHost } from './verb.ts';

/**
 * Does the work of a verb that loads, with whoever looks on: the keys of the terminal, and the live page if there is to
 * be one. The page listens before anything is deployed or sent, and as long as the command goes on.
 * @throws MlbenchError `web-port`, `web-host`, and what the work throws
 */
export async function withLivePage<Outcome>(
  settings: Settings<typeof webOptions>,
  host: VerbHost,
  work: (onlookers: Onlookers, context: CommandContext) => Promise<Outcome>,
): Promise<Outcome> {
  const { context } = host;
  const keys = loadKeys(host);
  const place = webPlace(settings, host.typed);
  if (place === null) return await work({ steering: keys }, context);
  const { openLiveServer } = await import('../../dashboard/server/live-server.ts');
  const page = await openLiveServer({
    ...place,
    clock: context.clock,
    failed: (error) => warnOfFailure(error, context),
  });
  const { stdout, stderr } = host.terminal;
  (host.common.json ? stderr : stdout).write(`${page.url}\n`);
  try {
    const onlookers = { steering: joinSteering(keys, page.steering), follow: page.follow };
    return await work(onlookers, { ...context, emit: tellingParts(page, context.emit) });
  } catch (error) {
    page.tell({ name: 'failed', message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await page.close();
  }
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
