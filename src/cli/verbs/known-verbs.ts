import type { KnownVerb } from '../foreign/answer-flag.ts';
import { commonOptions } from '../options/common.ts';
import { verbEntries } from './entries.ts';
import type { VerbEntry } from './verb.ts';

/** Every verb with all that it takes; `load` first, for most flags that are looked for are of a load. */
export async function loadKnownVerbs(): Promise<KnownVerb[]> {
  const verbs = await Promise.all(verbEntries.flatMap((entry) => knownOf(entry)));
  return verbs.sort((a, b) => Number(b.name === 'load') - Number(a.name === 'load'));
}

function knownOf(entry: VerbEntry, before = ''): Promise<KnownVerb>[] {
  const name = `${before}${entry.name}`;
  const own = entry.load?.().then(({ options }) => ({ name, options: { ...commonOptions, ...options } }));
  return [
    ...(own === undefined ? [] : [own]),
    ...(entry.children ?? []).flatMap((child) => knownOf(child, `${name} `)),
  ];
}
