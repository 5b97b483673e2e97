import type { LiveState } from '../../live/live-shape.ts';
import { element, place, setText } from './dom.ts';

interface View {
  id: string;
  title: string;
  /** Draws into its own place; called while it is in view, and when it comes into view. */
  show(state: LiveState): void;
  /** It comes into view, whether there is a run or not. */
  entered?(): void;
  /** What the tab says beside its title: a number of errors. */
  badge?(state: LiveState): string;
}

export interface Tabs {
  show(state: LiveState | null): void;
  /** Brings a view to the front. */
  choose(id: string): void;
}

export type ViewMaker = (place: HTMLElement) => View;

/** The views, one at a time. Which one is in view stands in the URL, so that a reload finds it again. */
export function createTabs(makers: readonly ViewMaker[]): Tabs {
  const list = place('tabs');
  let latest: LiveState | null = null;
  const views = makers.map((make) => {
    const panel = element('section', { attributes: { role: 'tabpanel', tabindex: '0' } });
    const view = make(panel);
    const title = element('span', { text: view.title });
    const badge = element('span', { className: 'badge' });
    const tab = element(
      'button',
      { id: `tab-${view.id}`, attributes: { type: 'button', role: 'tab' } },
      title,
      badge,
    );
    panel.id = `view-${view.id}`;
    panel.setAttribute('aria-labelledby', tab.id);
    tab.setAttribute('aria-controls', panel.id);
    list.append(tab);
    place('views').append(panel);
    return { view, panel, tab, badge, seen: '' };
  });
  let current =
    views.find(({ view }) => view.id === new URLSearchParams(location.search).get('view')) ?? views[0]!;
  const choose = (chosen: (typeof views)[number], isMoved = true) => {
    current = chosen;
    for (const one of views) {
      one.tab.setAttribute('aria-selected', String(one === chosen));
      one.tab.tabIndex = one === chosen ? 0 : -1;
      one.panel.hidden = one !== chosen;
    }
    if (isMoved) history.replaceState(null, '', `?view=${chosen.view.id}`);
    if (latest !== null) markNews(chosen, latest, true);
    chosen.view.entered?.();
    if (latest !== null) chosen.view.show(latest);
  };
  views.forEach((one, index) => {
    one.tab.addEventListener('click', () => choose(one));
    one.tab.addEventListener('keydown', (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = views.at(to % views.length)!;
      choose(next);
      next.tab.focus();
    });
  });
  choose(current, false);
  return {
    show(state) {
      latest = state;
      if (state === null) return;
      for (const one of views) markNews(one, state, one === current);
      current.view.show(state);
    },
    choose(id) {
      const chosen = views.find(({ view }) => view.id === id);
      if (chosen !== undefined) choose(chosen);
    },
  };
}

interface MarkedTab {
  view: View;
  tab: HTMLElement;
  badge: HTMLElement;
  /** What the badge said when the view was last looked at. */
  seen: string;
}

/** What has come since somebody looked stands out, and is said to those who hear the page. */
function markNews(one: MarkedTab, state: LiveState, isLookedAt: boolean): void {
  const { view, tab, badge } = one;
  const words = view.badge?.(state) ?? '';
  if (isLookedAt || words === '') one.seen = words;
  const isNews = words !== one.seen;
  setText(badge, words);
  badge.classList.toggle('news', isNews);
  if (isNews) tab.setAttribute('aria-description', 'has news');
  else tab.removeAttribute('aria-description');
}
