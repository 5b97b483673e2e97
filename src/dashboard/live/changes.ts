import type { Figures, LiveState, LiveTick } from './live-shape.ts';

type Told = Pick<LiveState, 'facts' | 'now'>;

/** Leaves out of each tick what pages know: facts, and parts of the figures, that are as they were. */
export interface Changes {
  /** All pages know this. */
  told(whole: Told): void;
  /** What is new in it; from then on all pages know it. */
  since(whole: Told): Pick<LiveTick, 'facts' | 'now'>;
}

export function createChanges(): Changes {
  let facts: Told['facts'] | null = null;
  /** Of each part of the figures, as text. */
  let known = new Map<string, string>();
  const changed = (figures: Figures): Partial<Figures> =>
    Object.fromEntries(
      Object.entries(figures).filter(([name, part]) => {
        const text = JSON.stringify(part);
        const isNew = known.get(name) !== text;
        known.set(name, text);
        return isNew;
      }),
    );
  const since = (whole: Told) => {
    const { figures, ...now } = whole.now;
    const hasNewFacts = facts !== whole.facts;
    facts = whole.facts;
    return {
      ...(hasNewFacts ? { facts } : {}),
      now: { ...now, figures: figures === null ? null : changed(figures) },
    };
  };
  return {
    told(whole) {
      known = new Map();
      since(whole);
    },
    since,
  };
}

/** What a page knows after a tick: whatever the tick leaves out is as it was. */
export function afterChanges(
  known: Told,
  { facts = known.facts, now }: Pick<LiveTick, 'facts' | 'now'>,
): Told {
  const figures = now.figures === null ? null : ({ ...known.now.figures, ...now.figures } as Figures);
  return { facts, now: { ...now, figures } };
}
