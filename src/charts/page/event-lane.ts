import type uPlot from 'uplot';
import { formatClock } from '../format.ts';
import type { EventMark } from '../marks.ts';

/** The numbered marks over a chart, and their link with the list in words. */
export interface EventLane {
  /** Puts the marks where the plot has their times now. */
  place(plot: uPlot): void;
  /** More marks than before; the next drawing has them. */
  show(marks: EventMark[]): void;
}

/** CSS pixels: a badge's smallest width, what a character takes, and what parts two badges at least. */
const badgePx = 21;
const characterPx = 7;
const gapPx = 2;

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
  const highlight = (number: number | null) => {
    for (const badge of badges) {
      const [from, to] = [Number(badge.dataset['from']), Number(badge.dataset['to'])];
      badge.classList.toggle('pointed', number !== null && number >= from && number <= to);
    }
  };
  linkRows(marks, point, highlight);
  let all = marks;

  return {
    show(more) {
      linkRows(more.slice(all.length), point, highlight);
      all = more;
      placedFor = '';
    },
    place(plot) {
      const key = `${plot.scales['x']?.min} ${plot.scales['x']?.max} ${plot.width}`;
      if (key === placedFor) return;
      placedFor = key;
      for (const badge of badges.splice(0)) badge.remove();
      const offset = plot.over.offsetLeft;
      const shown = all
        .map((mark) => ({ mark, x: plot.valToPos(mark.t, 'x') }))
        .filter(({ x }) => x >= -1 && x <= plot.over.clientWidth + 1);
      for (const group of clustered(shown)) {
        const members = group.map(({ mark }) => mark);
        const badge = createBadge(members);
        badge.style.left = `${offset + middleOf(group)}px`;
        listenAt(badge, members, show, hide);
        badges.push(badge);
        lane.append(badge);
      }
    },
  };
}

/** By mouse and by keyboard. */
function listenAt(
  badge: HTMLElement,
  members: EventMark[],
  show: (group: EventMark[], badge: HTMLElement) => void,
  hide: (group: EventMark[]) => void,
): void {
  for (const type of ['pointerenter', 'focus']) badge.addEventListener(type, () => show(members, badge));
  for (const type of ['pointerleave', 'blur']) badge.addEventListener(type, () => hide(members));
  // Where no list in words stands under the charts, what is pointed at says it all.
  badge.addEventListener('click', (event) => {
    if (rowOf(members[0]!) === null) event.preventDefault();
  });
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

interface Placed {
  mark: EventMark;
  x: number;
}

/** Badges that would touch are one, `3–5`; that is wider, and may touch the next. */
function clustered(shown: readonly Placed[]): Placed[][] {
  const groups: Placed[][] = [];
  for (const one of shown) {
    groups.push([one]);
    for (let last = groups.pop()!; ; last = [...groups.pop()!, ...last]) {
      const before = groups.at(-1);
      if (before === undefined || edgesOf(before).right + gapPx <= edgesOf(last).left) {
        groups.push(last);
        break;
      }
    }
  }
  return groups;
}

function edgesOf(group: readonly Placed[]): { left: number; right: number } {
  const middle = middleOf(group);
  const half = Math.max(badgePx, 12 + labelOf(group.map(({ mark }) => mark)).length * characterPx) / 2;
  return { left: middle - half, right: middle + half };
}

function middleOf(group: readonly Placed[]): number {
  return (group[0]!.x + group.at(-1)!.x) / 2;
}

function labelOf(group: readonly EventMark[]): string {
  const [first, last] = [group[0]!, group.at(-1)!];
  return group.length === 1 ? String(first.number) : `${first.number}–${last.number}`;
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
  badge.textContent = labelOf(group);
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
