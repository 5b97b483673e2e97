import type { Options, Ora } from 'ora';
import type { Clock, Timer } from '../../../core/clock.ts';
import { unreachable } from '../../../core/events.ts';
import type { CommandEvent } from '../../../experiment/context/context.ts';
import type { TimelineEvent } from '../../../record/schemas/timeline.ts';
import { forTerminal, harmlessLine, sealed } from '../../terminal/sealed.ts';
import type { SparkSet } from '../../terminal/sparkline.ts';
import type { Suspension } from '../../terminal/suspension.ts';
import type { Output } from '../../terminal/terminal.ts';
import { displayWidth, truncate, wrap, wrapLine, wrapLines } from '../../terminal/text.ts';
import {
  noticeLines,
  resourceDoneLine,
  resourceFailedLine,
  resourceStartedText,
  resourceWaitingText,
  timelineLine,
  wireLines,
} from '../parts/event-lines.ts';
import { withSecond } from './load-history.ts';
import { fleetAfter } from './load-progress.ts';
import { plannedLine, stoppingLines } from './plain.ts';
import type { Progress } from './progress.ts';
import { type UnderWay, underWayLines } from './under-way.ts';

const refreshEveryMs = 250;

/** A line of the timeline: after its time. */
const textColumn = 10;

/** The spinner and a space before it. */
const indent = 2;

/** What is under way stands at the bottom and is refreshed in place; what is done scrolls away above it. */
export function createLiveProgress(
  output: Output,
  suspension: Suspension,
  ora: (options: Options) => Ora,
  clock: Clock,
  sparks: SparkSet = 'blocks',
): Progress {
  const progress = new LiveProgress(output, ora, clock, sparks);
  const forget = suspension.add(progress.leave);
  return {
    emit: progress.emit,
    close() {
      forget();
      progress.close();
    },
  };
}

class LiveProgress implements Progress {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #spinner: Ora;
  readonly #underWay: UnderWay = {
    steps: new Map(),
    part: undefined,
    load: undefined,
    fleet: undefined,
    history: [],
    standing: undefined,
    keys: null,
  };
  #timer: Timer | undefined;
  #closed = false;

  readonly #sparks: SparkSet;
  /** Of each line that stands there now. */
  #shownColumns: number[] = [];

  constructor(output: Output, ora: (options: Options) => Ora, clock: Clock, sparks: SparkSet) {
    this.#output = output;
    this.#sparks = sparks;
    output.stream.on('resize', this.#resized);
    this.#clock = clock;
    this.#spinner = ora({
      stream: output.stream,
      discardStdin: false,
      // A slow terminal, or one far away, is not flooded.
      interval: refreshEveryMs,
      color: output.style.red('') === '' ? false : 'cyan',
    });
  }

  readonly emit = (event: CommandEvent): void => {
    if (isOfLoad(event)) this.#follow(event);
    else this.#show(event);
  };

  #show(event: Exclude<CommandEvent, OfLoad>): void {
    const { style } = this.#output;
    const underWay = this.#underWay;
    underWay.fleet = fleetAfter(event, underWay.fleet);
    switch (event.type) {
      case 'resource-started':
        this.#showStep(event, resourceStartedText(event), 0);
        break;
      case 'resource-waiting':
        this.#showStep(event, resourceWaitingText(event), event.elapsedMs);
        break;
      case 'resource-done':
        this.#finishStep(event, resourceDoneLine(event, style));
        break;
      case 'resource-failed':
        this.#finishStep(event, resourceFailedLine(event, style));
        break;
      case 'timeline':
        this.#tell(event.event);
        break;
      case 'fleet-sight':
        this.#redraw();
        break;
      case 'notice':
        this.#print(...wrapLines(noticeLines(event, style), this.#output.size().columns - 1));
        break;
      case 'wire':
        this.#print(...wireLines(event, style));
        break;
      case 'part':
        underWay.part = { text: event.message, startedMs: this.#clock.monotonicMs() };
        this.#print(
          '',
          ...wrapLine(`${style.bold(event.name)}  ${event.message}`, this.#output.size().columns - 1),
        );
        break;
      default:
        unreachable(event);
    }
  }

  #follow(event: OfLoad): void {
    const underWay = this.#underWay;
    switch (event.type) {
      case 'load-planned':
        this.#print(...wrap(plannedLine(event), this.#output.size().columns - 1));
        break;
      case 'load-interval':
        if (event.interval.brief) break;
        underWay.load = event;
        underWay.history = withSecond(underWay.history, event, underWay.fleet);
        this.#redraw();
        break;
      case 'load-started':
      case 'load-changed':
        // The timeline tells it too.
        break;
      case 'load-stopping':
        this.#print(
          ...wrapLines(stoppingLines(event), this.#output.size().columns - 1).map(this.#output.style.dim),
        );
        break;
      case 'load-finished':
        Object.assign(underWay, { load: undefined, standing: undefined, history: [] });
        this.#redraw();
        break;
      case 'load-standing':
        underWay.standing = event.result;
        break;
      case 'load-keys':
        underWay.keys = event.words;
        this.#redraw();
        break;
      default:
        unreachable(event);
    }
  }

  close(): void {
    this.#closed = true;
    this.#output.stream.off('resize', this.#resized);
    this.#redraw();
  }

  /** On a narrower terminal each line has become several: those that ora does not know of are taken away as well. */
  readonly #resized = (): void => {
    if (!this.#spinner.isSpinning) return;
    const { columns } = this.#output.size();
    const more = this.#shownColumns.reduce(
      (sum, wide) => sum + Math.max(0, Math.ceil(wide / columns) - 1),
      0,
    );
    this.#spinner.stop();
    this.#output.write(`${oneUp}${clearLine}`.repeat(more));
    this.#redraw();
  };

  /** The cursor shows again; what is under way is drawn anew when the process is continued. */
  readonly leave = (): (() => void) => {
    this.#timer?.cancel();
    this.#spinner.stop();
    return () => this.#redraw();
  };

  #showStep(event: { kind: string; name: string }, text: string, elapsedMs: number): void {
    this.#underWay.steps.set(keyOf(event), { text, startedMs: this.#clock.monotonicMs() - elapsedMs });
    this.#redraw();
  }

  #finishStep(event: { kind: string; name: string }, line: string): void {
    this.#underWay.steps.delete(keyOf(event));
    this.#print(...wrapLine(line, this.#output.size().columns - 1));
  }

  #tell(event: TimelineEvent): void {
    const line = event.type === 'metric' ? undefined : timelineLine(event, this.#output.style);
    if (line === undefined) this.#redraw();
    else this.#print(...wrapLine(line, this.#output.size().columns - 1, textColumn));
  }

  #print(...lines: string[]): void {
    this.#spinner.stop();
    for (const line of lines) this.#output.write(`${harmlessLine(line)}\n`);
    this.#redraw();
  }

  #redraw(): void {
    this.#timer?.cancel();
    const { columns, rows } = this.#output.size();
    const width = columns - indent - 1;
    const size = { width, height: Math.max(1, rows - 2), sparks: this.#sparks };
    const lines = underWayLines(this.#underWay, this.#clock.monotonicMs(), this.#output.style, size);
    const spinner = this.#spinner;
    if (this.#closed || lines.length === 0) {
      spinner.stop();
      return;
    }
    const shown = lines.map((line) => forTerminal(truncate(harmlessLine(line), width)));
    this.#shownColumns = shown.map((line) => displayWidth(line) + indent);
    spinner.text = shown.map((line, index) => (index === 0 ? line : ' '.repeat(indent) + line)).join('\n');
    if (spinner.isSpinning) spinner.render();
    else spinner.start();
    this.#timer = this.#clock.after(refreshEveryMs, () => this.#redraw(), { unref: true });
  }
}

type OfLoad = Extract<CommandEvent, { type: `load-${string}` }>;

function isOfLoad(event: CommandEvent): event is OfLoad {
  return event.type.startsWith('load-');
}

const oneUp = sealed('A');
const clearLine = sealed('2K');

function keyOf({ kind, name }: { kind: string; name: string }): string {
  return `${kind} ${name}`;
}
