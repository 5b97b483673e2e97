import { hideUserinfo } from '../../core/redact.ts';
import { nearest } from '../../core/suggestion.ts';
import { entriesOf, spoken, verbWords } from './foreign-words.ts';

/**
 * What to type instead of a verb that there is not; null: nobody knows.
 * @param verbs that could stand there
 */
export function answerVerb(typed: string, verbs: readonly string[]): string | null {
  if (/^https?:\/\//i.test(typed)) return `\`mlbench load ${hideUserinfo(typed)}\` loads a URL`;
  const foreign = entriesOf(typed, verbWords);
  if (foreign.length > 0) return foreign.map((entry) => spoken(typed, entry)).join(' · ');
  const near = nearest(typed, verbs) ?? begun(typed, verbs);
  return near === undefined ? null : `did you mean ${near}?`;
}

/** The one verb that begins so: `sim`. */
function begun(typed: string, verbs: readonly string[]): string | undefined {
  const found = typed.length < 3 ? [] : verbs.filter((verb) => verb.startsWith(typed.toLowerCase()));
  return found.length === 1 && found[0] !== typed ? found[0] : undefined;
}
