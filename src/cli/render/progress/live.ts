import type { Options, Ora } from 'ora';
import type { Clock, Timer } from '../../../core/clock.ts';
import { unreachable } from '../../../core/events.ts';
import { formatDurationMs } from '../../../core/units.ts';
import type { CommandEvent } from '../../../experiment/context/context.ts';
import type { Output } from '../../terminal/terminal.ts';
import { truncate, wrap } from '../../terminal/text.ts';
import {
  noticeLines,
  resourceDoneLine,
  resourceFailedLine,
  resourceStartedText,
  resourceWaitingText,
  timelineLine,
} from '../parts/event-lines.ts';
import {
  type InstanceCounts,
  instancesText,
  type LoadProgress,
  loadProgressLine,
  topErrorLine,
} from './load-progress.ts';
import { plannedLine, stoppingLine } from './plain.ts';
import type { Progress } from './progress.ts';

const refreshEveryMs = 200;

/** The spinner and a space before it. */
const indent = 2;

/** What is under way stands at the bottom and is refreshed in place; what is done scrolls away above it. */
export function createLiveProgress(output: Output, ora: (options: Options) => Ora, clock: Clock): Progress {
  const spinner = ora({
    stream: output.stream,
    discardStdin: false,
    color: output.style.red('') === '' ? false : 'cyan',
  });
  const steps = new Map<string, { text: string; startedMs: number }>();
  let stage: { text: string; startedMs: number } | undefined;
  let load: LoadProgress | undefined;
  let instances: InstanceCounts | undefined;
  let timer: Timer | undefined;
  let closed = false;

  const lines = () => {
    const { style } = output;
    const width = output.size().columns - indent - 1;
    // Where no step says what goes on, the stage does: waiting for the fleet has no other sign of life.
    const under = steps.size > 0 || load !== undefined || stage === undefined ? steps.values() : [stage];
    const stepLines = [...under].map(({ text, startedMs }) => {
      const elapsed = formatDurationMs(Math.floor((clock.monotonicMs() - startedMs) / 100) * 100);
      const fleet = instances === undefined || steps.size > 0 ? '' : `  ${instancesText(instances, style)}`;
      return truncate(`${text} ${style.dim(elapsed)}${fleet}`, width);
    });
    if (load === undefined) return stepLines;
    const errors = topErrorLine(load, style, width);
    return [
      ...stepLines,
      loadProgressLine(load, instances, style, width),
      ...(errors === undefined ? [] : [errors]),
    ];
  };
  const redraw = () => {
    timer?.cancel();
    const current = lines();
    if (closed || current.length === 0) {
      spinner.stop();
      return;
    }
    spinner.text = current.map((line, index) => (index === 0 ? line : ' '.repeat(indent) + line)).join('\n');
    if (spinner.isSpinning) spinner.render();
    else spinner.start();
    timer = clock.after(refreshEveryMs, redraw, { unref: true });
  };
  const print = (...printed: string[]) => {
    spinner.stop();
    for (const line of printed) output.write(`${line}\n`);
    redraw();
  };
  const finishStep = (event: { kind: string; name: string }, line: string) => {
    steps.delete(keyOf(event));
    print(line);
  };

  const emit = (event: CommandEvent): void => {
    const { style } = output;
    switch (event.type) {
      case 'resource-started':
        steps.set(keyOf(event), { text: resourceStartedText(event), startedMs: clock.monotonicMs() });
        redraw();
        break;
      case 'resource-waiting': {
        const startedMs = clock.monotonicMs() - event.elapsedMs;
        steps.set(keyOf(event), { startedMs, text: resourceWaitingText(event) });
        redraw();
        break;
      }
      case 'resource-done':
        finishStep(event, resourceDoneLine(event, style));
        break;
      case 'resource-failed':
        finishStep(event, resourceFailedLine(event, style));
        break;
      case 'load-planned':
        print(...wrap(plannedLine(event), output.size().columns - 1));
        break;
      case 'load-interval':
        if (event.interval.brief) break;
        load = event;
        redraw();
        break;
      case 'load-started':
      case 'load-changed':
        // The timeline tells it too.
        break;
      case 'load-stopping':
        print(style.dim(stoppingLine(event)));
        break;
      case 'load-finished':
        load = undefined;
        redraw();
        break;
      case 'timeline': {
        if (event.event.type === 'capacity') instances = event.event;
        const line = event.event.type === 'metric' ? undefined : timelineLine(event.event, style);
        if (line === undefined) redraw();
        else print(truncate(line, output.size().columns - 1));
        break;
      }
      case 'notice':
        print(...noticeLines(event, style));
        break;
      case 'stage':
        stage = { text: event.message, startedMs: clock.monotonicMs() };
        print('', `${style.bold(event.name)}  ${event.message}`);
        break;
      default:
        unreachable(event);
    }
  };
  return {
    emit,
    close() {
      closed = true;
      redraw();
    },
  };
}

function keyOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}
