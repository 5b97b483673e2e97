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
    return { view, panel, tab, badge };
  });
  let current =
    views.find(({ view }) => view.id === new URLSearchParams(location.search).get('view')) ?? views[0]!;
  const choose = (chosen: (typeof views)[number], isMoved = true) => {
    current = chosen;
    for (const one of views) {
      const isChosen = one === chosen;
      one.tab.setAttribute('aria-selected', String(isChosen));
      one.tab.tabIndex = isChosen ? 0 : -1;
      one.panel.hidden = !isChosen;
    }
    if (isMoved) history.replaceState(null, '', `?view=${chosen.view.id}`);
    chosen.view.entered?.();
    if (latest !== null) chosen.view.show(latest);
  };
  views.forEach((one, index) => {
    one.tab.addEventListener('click', () => choose(one));
    one.tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      const next = views[(index + step + views.length) % views.length]!;
      choose(next);
      next.tab.focus();
    });
  });
  choose(current, false);
  return {
    show(state) {
      latest = state;
      if (state === null) return;
      for (const { view, badge } of views) setText(badge, view.badge?.(state) ?? '');
      current.view.show(state);
    },
    choose(id) {
      const chosen = views.find(({ view }) => view.id === id);
      if (chosen !== undefined) choose(chosen);
    },
  };
}
