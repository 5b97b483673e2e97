import type uPlot from 'uplot';
import { formatClock } from '../format.ts';
import type { EventMark } from '../marks.ts';

/** The numbered marks over a chart, and their link with the list in words. */
export interface EventLane {
  /** Puts the marks where the plot has their times now. */
  place(plot: uPlot): void;
}

/** Centres nearer than this to one another are shown as one, `3–5`. CSS pixels. */
const nearPx = 21;

/** @param point is told which mark the reader points at, or null */
export function createEventLane(
  figure: HTMLElement,
  marks: EventMark[],
  timeScale: number,
  point: (number: number | null) => void,
): EventLane {
  const lane = document.createElement('div');
  lane.className = 'lane';
  figure.querySelector('.plot')?.before(lane);
  const tooltip = createTooltip(lane, timeScale);
  const badges: HTMLElement[] = [];
  let placedFor = '';

  const show = (group: EventMark[], badge: HTMLElement) => {
    point(group[0]!.number);
    for (const mark of group) rowOf(mark)?.classList.add('pointed');
    tooltip.show(group, badge.offsetLeft + badge.offsetWidth / 2);
  };
  const hide = (group: EventMark[]) => {
    point(null);
    for (const mark of group) rowOf(mark)?.classList.remove('pointed');
    tooltip.hide();
  };
  linkRows(marks, point, (number) => {
    for (const badge of badges) {
      const [from, to] = [Number(badge.dataset['from']), Number(badge.dataset['to'])];
      badge.classList.toggle('pointed', number !== null && number >= from && number <= to);
    }
  });

  return {
    place(plot) {
      const key = `${plot.scales['x']?.min} ${plot.scales['x']?.max} ${plot.width}`;
      if (key === placedFor) return;
      placedFor = key;
      for (const badge of badges.splice(0)) badge.remove();
      const offset = plot.over.offsetLeft;
      const shown = marks
        .map((mark) => ({ mark, x: plot.valToPos(mark.t, 'x') }))
        .filter(({ x }) => x >= -1 && x <= plot.over.clientWidth + 1);
      for (const group of clustered(shown)) {
        const badge = createBadge(group.map(({ mark }) => mark));
        const middle = (group[0]!.x + group.at(-1)!.x) / 2;
        badge.style.left = `${offset + middle}px`;
        const members = group.map(({ mark }) => mark);
        badge.addEventListener('pointerenter', () => show(members, badge));
        badge.addEventListener('pointerleave', () => hide(members));
        badge.addEventListener('focus', () => show(members, badge));
        badge.addEventListener('blur', () => hide(members));
        badges.push(badge);
        lane.append(badge);
      }
    },
  };
}

/** @returns its `show` takes the middle of what is pointed at, in the lane */
function createTooltip(lane: HTMLElement, timeScale: number) {
  const tooltip = document.createElement('div');
  tooltip.className = 'tooltip';
  tooltip.setAttribute('role', 'tooltip');
  tooltip.hidden = true;
  lane.append(tooltip);
  return {
    show(group: EventMark[], middlePx: number) {
      tooltip.replaceChildren(...group.slice(0, 8).map((mark) => describe(mark, timeScale)));
      tooltip.hidden = false;
      const half = tooltip.offsetWidth / 2;
      tooltip.style.left = `${Math.max(half, Math.min(lane.clientWidth - half, middlePx))}px`;
    },
    hide() {
      tooltip.hidden = true;
    },
  };
}

function clustered(shown: { mark: EventMark; x: number }[]): { mark: EventMark; x: number }[][] {
  const groups: { mark: EventMark; x: number }[][] = [];
  for (const one of shown) {
    const group = groups.at(-1);
    if (group && one.x - group.at(-1)!.x < nearPx) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

function createBadge(group: EventMark[]): HTMLElement {
  const first = group[0]!;
  const last = group.at(-1)!;
  const badge = document.createElement('a');
  // The most telling of a group gives the colour.
  const kinds = ['alarm-high', 'alarm-low', 'instances', 'activity', 'phase', 'alarm-ended'] as const;
  const kind = kinds.find((one) => group.some((mark) => mark.kind === one)) ?? first.kind;
  badge.className = `mark ${kind}`;
  badge.href = `#event-${first.number}`;
  badge.textContent = group.length === 1 ? String(first.number) : `${first.number}–${last.number}`;
  badge.setAttribute('aria-label', group.map((mark) => mark.text).join('; '));
  badge.dataset['from'] = String(first.number);
  badge.dataset['to'] = String(last.number);
  return badge;
}

function describe(mark: EventMark, timeScale: number): HTMLElement {
  const paragraph = document.createElement('p');
  const time = document.createElement('b');
  const wall = timeScale === 1 ? '' : ` (wall ${formatClock((mark.t * 1_000) / timeScale)})`;
  time.textContent = `${formatClock(mark.t * 1_000)}${wall}`;
  const detail = document.createElement('span');
  detail.className = 'detail';
  detail.textContent = mark.detail;
  paragraph.append(time, ` ${mark.text}`, detail);
  return paragraph;
}

function linkRows(
  marks: EventMark[],
  point: (number: number | null) => void,
  highlight: (number: number | null) => void,
): void {
  for (const mark of marks) {
    const row = rowOf(mark);
    const on = () => {
      point(mark.number);
      highlight(mark.number);
    };
    const off = () => {
      point(null);
      highlight(null);
    };
    row?.addEventListener('pointerenter', on);
    row?.addEventListener('pointerleave', off);
    row?.addEventListener('focus', on);
    row?.addEventListener('blur', off);
  }
}

function rowOf(mark: EventMark): HTMLElement | null {
  return document.getElementById(`event-${mark.number}`);
}
