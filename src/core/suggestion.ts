/**
 * The candidate that `text` was most likely meant to be; undefined if none is close. Never the text itself: whoever
 * typed it was refused for another reason. Close is an edit in every four letters of the shorter of the two, and at
 * least one.
 */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  const scored = candidates
    .filter((candidate) => candidate !== text)
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= mostEdits(wanted, candidate))
    .sort((a, b) => a.distance - b.distance);
  return scored[0]?.candidate;
}

/** The dashes of a flag are no letters that somebody may mistype. */
function mostEdits(a: string, b: string): number {
  const shorter = Math.min(lettersOf(a), lettersOf(b));
  return shorter < 2 ? 0 : Math.max(1, Math.floor(shorter / 4));
}

function lettersOf(text: string): number {
  return text.replace(/^-+/, '').length;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that make `a` into `b` (Damerau, optimal string
 * alignment).
 */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 0; i <= a.length; i++) rows[i]![0] = i;
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  }
  return rows[a.length]![b.length]!;
}
