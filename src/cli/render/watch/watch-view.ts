import type { Clock, Timer } from '../../../core/clock.ts';
import type { Emit } from '../../../core/events.ts';
import { printableJson } from '../../../core/printable.ts';
import type { CommandContext, CommandEvent } from '../../../experiment/context/context.ts';
import type { WatchOutcome } from '../../../experiment/contract/outcomes.ts';
import { outlookOf } from '../../../observe/explain/outlook.ts';
import type { Observation } from '../../../observe/observation/observation.ts';
import { createMetricNews, createOutlookNews } from '../../../observe/watch-news.ts';
import type { WatchFacts } from '../../../observe/watch-state.ts';
import {
  applyToWatch,
  emptyWatchState,
  lookToWatch,
  noticeToWatch,
  refreshOutlook,
} from '../../../observe/watch-state.ts';
import { listenForKeys } from '../../terminal/keys.ts';
import { harmlessLine, sealed } from '../../terminal/sealed.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { truncate } from '../../terminal/text.ts';
import { timelineLine } from '../parts/event-lines.ts';
import { renderWatch } from './watch-screen.ts';

export interface WatchView {
  emit: Emit<CommandEvent>;
  start(facts: WatchFacts): void;
  look(observation: Observation): void;
  /** Leaves the terminal as it was; says how it ended, if it did. May be called more than once. */
  close(outcome?: WatchOutcome): void;
}

export interface WatchViewRequest {
  context: Pick<CommandContext, 'clock' | 'emit' | 'wire'>;
  terminal: Terminal;
  json: boolean;
  quiet: boolean;
  /** What Ctrl-C does. */
  interrupt(): void;
}

/** A full screen in a terminal; one line an event elsewhere; with `--json` each event as it is. */
export function createWatchView(request: WatchViewRequest): WatchView {
  if (request.json) return createJsonWatch(request);
  const { terminal, context } = request;
  // What `--debug` shows would stand in the middle of the screen.
  const screen = terminal.stdout.isTerminal && terminal.interactive && context.wire === undefined;
  if (screen) return createScreenWatch(request);
  return createLineWatch(request);
}

function createJsonWatch({ context, terminal }: WatchViewRequest): WatchView {
  const print = (line: object) => terminal.stdout.write(`${printableJson(line)}\n`);
  let originCloudMs = 0;
  const isNews = createOutlookNews();
  return {
    emit(event) {
      if (event.type === 'timeline') print(event.event);
      else context.emit(event);
    },
    start(facts) {
      originCloudMs = facts.originCloudMs;
    },
    look(observation) {
      const { alarms, lines } = outlookOf(observation);
      const outlook = { alarms: Object.fromEntries(alarms), next: lines.map(({ text }) => text) };
      if (!isNews(lines, outlook.alarms)) return;
      const { atMs } = observation;
      const cloudTimeMs = Math.round(atMs - originCloudMs);
      print({ type: 'outlook', at: new Date(atMs).toISOString(), cloudTimeMs, ...outlook });
    },
    close() {},
  };
}

function createLineWatch({ context, terminal, quiet }: WatchViewRequest): WatchView {
  const { stdout } = terminal;
  const print = (line: string) => stdout.write(`${harmlessLine(line)}\n`);
  const isMetricNews = createMetricNews();
  const isNews = createOutlookNews();
  return {
    emit(event) {
      if (event.type !== 'timeline') {
        context.emit(event);
        return;
      }
      if (event.event.type === 'metric' && !isMetricNews(event.event)) return;
      const line = timelineLine(event.event, stdout.style);
      if (line !== undefined) print(line);
    },
    start(facts) {
      if (!quiet) print(stdout.style.dim(factsLine(facts)));
    },
    look(observation) {
      if (quiet) return;
      const { lines } = outlookOf(observation);
      // What only counts down is no line of its own.
      const shown = lines.filter(({ countsDown }) => !countsDown);
      if (isNews(shown) && shown.length > 0)
        print(stdout.style.dim(`          next: ${shown.map(({ text }) => text).join('; ')}`));
    },
    close(outcome) {
      if (outcome !== undefined && !quiet) print(endText(outcome));
    },
  };
}

const refreshEveryMs = 500;
// xterm: the alternate screen and the cursor; https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
const enter = sealed('?1049h') + sealed('?25l');
const leave = sealed('?25h') + sealed('?1049l');
const home = sealed('H');
const clearLine = sealed('K');
const clearBelow = sealed('J');

function createScreenWatch({ context, terminal, interrupt }: WatchViewRequest): WatchView {
  const { stdout } = terminal;
  const { clock } = context;
  let facts: WatchFacts | undefined;
  const state = emptyWatchState(() => facts?.originCloudMs ?? 0);
  let timer: Timer | undefined;
  let release = () => {};

  const render = (hint: string, height: number) => {
    if (facts === undefined) return [];
    const { cloudClock, originCloudMs } = facts;
    refreshOutlook(state, cloudClock.nowMs());
    const moment = {
      facts: { ...facts, timeScale: cloudClock.timeScale },
      cloudTimeMs: cloudClock.nowMs() - originCloudMs,
      hint,
    };
    const width = stdout.size().columns - 1;
    const lines = renderWatch(state, moment, width, height, stdout.style);
    // What is shown of a hostile name is wider than the name.
    return lines.map((line) => truncate(harmlessLine(line), width));
  };
  const repaint = () => {
    const lines = render('q or Ctrl-C ends the watch; what is up stays up', stdout.size().rows - 1);
    stdout.write(`${home}${lines.map((line) => `${line}${clearLine}\n`).join('')}${clearBelow}`);
    timer = later(clock, repaint);
  };
  const restore = () => stdout.write(leave);
  return {
    emit(event) {
      if (event.type === 'timeline') applyToWatch(state, event.event);
      else if (event.type === 'notice') noticeToWatch(state, event);
    },
    look(observation) {
      lookToWatch(state, observation, clock.nowMs());
    },
    start(started) {
      facts = started;
      stdout.write(enter);
      // However the process ends, the terminal must be usable after it.
      process.once('exit', restore);
      release = takeTerminal(terminal, interrupt, () => {
        timer?.cancel();
        return repaint;
      });
      repaint();
    },
    close(outcome) {
      if (facts === undefined) return;
      timer?.cancel();
      release();
      process.off('exit', restore);
      restore();
      // The alternate screen takes everything with it; what was seen last stays to be read.
      const end = outcome === undefined ? '' : endText(outcome);
      stdout.write(`${render(end, Number.POSITIVE_INFINITY).join('\n')}\n`);
      facts = undefined;
    },
  };
}

/** Reads keys, and gives the screen back while Ctrl-Z has the process stopped. @returns ends it */
function takeTerminal(terminal: Terminal, interrupt: () => void, pause: () => () => void): () => void {
  const { stdout, suspension } = terminal;
  const stopKeys = listenForKeys(terminal, { q: interrupt, '\u0003': interrupt });
  const forget = suspension.add(() => {
    const repaint = pause();
    stdout.write(leave);
    return () => {
      stdout.write(enter);
      repaint();
    };
  });
  return () => {
    stopKeys();
    forget();
  };
}

function later(clock: Clock, action: () => void): Timer {
  return clock.after(refreshEveryMs, action, { unref: true });
}

function factsLine({ endpointName, variantName, capacityEmulated, cloudClock }: WatchFacts): string {
  const remarks = [
    ...(cloudClock.timeScale === 1 ? [] : [`the cloud's clock runs ${cloudClock.timeScale}×`]),
    ...(capacityEmulated ? ['capacity is emulated'] : []),
  ];
  return [`endpoint ${endpointName}, variant ${variantName}; times since up`, ...remarks].join('; ');
}

function endText({ endedBy }: WatchOutcome): string {
  switch (endedBy) {
    case 'stable':
      return 'Nothing moves any more.';
    case 'duration':
      return 'The time is up; scaling goes on.';
    case 'interrupted':
      return 'Stopped watching; what is up stays up.';
    case 'limit':
      return 'Watched long enough; the fleet is not calm yet.';
    case 'gone':
      return 'The endpoint is gone.';
  }
}
