export interface RepeatedKey {
  key: string;
  /** From 1; where the key stands for the second time. */
  line: number;
  column: number;
}

/**
 * The first key that an object of a JSON text has twice; `JSON.parse` would keep the last value without a word (RFC
 * 8259 §4 leaves open which one counts).
 * @param text that `JSON.parse` takes
 */
export function findRepeatedKey(text: string): RepeatedKey | null {
  /** The keys of the objects around a place; null for a list. */
  const around: (Set<string> | null)[] = [];
  // A string, with the colon behind it where it is a key; or a bracket.
  for (const match of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/gs)) {
    const [token, string, colon] = match;
    if (token === '{') around.push(new Set());
    else if (token === '[') around.push(null);
    else if (token === '}' || token === ']') around.pop();
    else if (string !== undefined && colon !== undefined) {
      const key = JSON.parse(string) as string;
      const keys = around.at(-1);
      if (keys?.has(key)) return { key, ...placeOf(text, match.index) };
      keys?.add(key);
    }
  }
  return null;
}

function placeOf(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
