import { formatClock, formatNumber, formatShare, formatUs, formatValue } from '../../charts/format.ts';
import { printable } from '../../core/printable.ts';
import { faultsOf } from '../../record/judgement/standing-verdict.ts';
import type { FleetFact, LiveState, Part, Phase } from '../live/live-shape.ts';
import { element, place, setText } from './parts/dom.ts';
import { isOver } from './parts/phases.ts';

const phases: Record<Phase, { text: string; tone: string }> = {
  starting: { text: 'starting', tone: 'neutral' },
  running: { text: 'running', tone: 'good' },
  paused: { text: 'paused', tone: 'warn' },
  stopping: { text: 'stopping', tone: 'warn' },
  watching: { text: 'the load has ended; the fleet is watched', tone: 'neutral' },
  ended: { text: 'ended', tone: 'neutral' },
};

const tileNames = [
  'Time',
  'Answered',
  'p99',
  'Failed',
  'In flight',
  'Instances',
  'Measurement',
  'Service',
] as const;
type TileName = (typeof tileNames)[number];
type Tile = { value: string; note: string; tone?: 'good' | 'bad' | 'warn' };

/** What is known at a glance: state, destination, and a line of figures. */
export function createHeader(): (state: LiveState | null, part: Part | null) => void {
  const tiles = new Map(tileNames.map((name) => [name, createTile(name)]));
  place('tiles').append(...[...tiles.values()].map(({ box }) => box));
  return (state, part) => {
    const pill = place('state');
    if (state === null) {
      setText(pill, part?.message ?? 'waiting for a run');
      return;
    }
    const { facts, now } = state;
    const { text, tone } = phases[now.phase];
    setText(pill, text);
    pill.className = `verdict ${tone}`;
    setText(place('title'), facts.experiment);
    document.title = printable(`${text} · ${facts.experiment} · mlbench`);
    const said = [facts.destination, facts.description, now.change, now.why, partAfter(now, part)].filter(
      (part) => part !== null,
    );
    setText(place('what'), said.join(' · '));
    for (const [name, { show }] of tiles) show(tileOf[name](state));
  };
}

/** What goes on around the load is news once the load has ended. */
function partAfter({ phase }: LiveState['now'], part: Part | null): string | null {
  return phase === 'ended' || phase === 'watching' ? (part?.message ?? null) : null;
}

const tileOf: Record<TileName, (state: LiveState) => Tile> = {
  Time: ({ facts, now }) => ({
    value: formatClock(now.elapsedMs),
    note: now.elapsedMs < facts.warmupMs ? 'warm-up' : `of ${formatClock(facts.durationMs)}`,
  }),
  Answered: ({ now: { figures } }) => ({
    value: figures === null ? '–' : `${formatNumber(figures.total.rateRps)}/s`,
    note:
      figures === null || figures.rateRps.intended === null
        ? `${formatNumber(figures?.requests.sent ?? 0)} sent`
        : `of ${formatNumber(figures.rateRps.intended)}/s offered so far`,
  }),
  p99: ({ now: { figures } }) => ({
    value: formatUs(figures?.total.p99 ?? null),
    note: `p50 ${formatUs(figures?.total.p50 ?? null)}`,
  }),
  Failed: ({ now: { figures } }) => {
    const { ended = 0, failed = 0 } = figures?.total ?? {};
    return {
      value: formatNumber(failed),
      note: ended === 0 ? 'none ended' : formatShare(failed / ended),
      ...(failed > 0 ? { tone: 'bad' as const } : {}),
    };
  },
  'In flight': ({ now }) => ({
    value: formatNumber(now.inFlight),
    note: now.users > 0 ? `${formatNumber(now.users)} users` : '',
  }),
  Instances: ({ facts, timeline }) => {
    const last = timeline.findLast((event) => event.type === 'capacity');
    const unseen = sightNotes[facts.fleet.state];
    if (last?.type !== 'capacity') return { value: '–', note: unseen ?? '' };
    const wanted = last.desired === last.current ? last.endpointStatus : `${last.desired} wanted`;
    return { value: formatNumber(last.current), note: unseen ?? wanted };
  },
  Measurement: ({ now: { figures, phase } }) => {
    if (figures === null) return { value: '–', note: '' };
    if (faultsOf(figures.checks, isOver(phase)).length > 0) {
      return { value: 'INVALID', note: phase === 'ended' ? 'not to be believed' : 'so far', tone: 'bad' };
    }
    if (figures.verdict === 'INVALID') return { value: '–', note: 'too few requests so far' };
    return { value: 'VALID', note: phase === 'ended' ? 'can be believed' : 'so far', tone: 'good' };
  },
  Service: ({ now: { figures } }) => {
    if (figures === null || figures.service === 'NONE') {
      return { value: '–', note: figures?.expectations.length ? 'not decided yet' : 'nothing expected' };
    }
    const missed = figures.expectations.find(({ passed }) => !passed);
    return {
      value: figures.service,
      note: missed === undefined ? '' : `${missed.expression}: ${shownValue(missed)}`,
      tone: figures.service === 'MET' ? 'good' : 'bad',
    };
  },
};

/** What is said in place of more, where instances are not seen. */
const sightNotes: Record<FleetFact['state'], string | null> = {
  none: 'not watched',
  waiting: 'not seen yet',
  unseen: 'out of sight',
  watched: null,
};

function shownValue({
  observed,
  unit,
}: {
  observed: number | null;
  unit: Parameters<typeof formatValue>[1];
}) {
  return observed === null ? 'not measured' : formatValue(observed, unit);
}

function createTile(name: TileName): { box: HTMLElement; show(tile: Tile): void } {
  const value = element('span', { className: 'tile-value' });
  const note = element('span', { className: 'tile-note' });
  const box = element(
    'div',
    { className: 'tile' },
    element('span', { className: 'tile-name', text: name }),
    value,
    note,
  );
  return {
    box,
    show(tile) {
      setText(value, tile.value);
      setText(note, tile.note);
      box.className = `tile ${tile.tone ?? ''}`.trim();
    },
  };
}
