/** Which lines of the charts the reader has hidden: they stay so when a chart is made anew. */
export interface HiddenLines {
  has(line: string): boolean;
  set(line: string, isHidden: boolean): void;
}

/** @param rememberedAs the browser keeps them under this name; undefined: until the page is closed */
export function createHiddenLines(rememberedAs?: string): HiddenLines {
  const hidden = new Set(rememberedAs === undefined ? [] : remembered(rememberedAs));
  return {
    has: (line) => hidden.has(line),
    set(line, isHidden) {
      if (isHidden) hidden.add(line);
      else hidden.delete(line);
      if (rememberedAs === undefined) return;
      try {
        localStorage.setItem(rememberedAs, JSON.stringify([...hidden]));
      } catch {
        // A browser that keeps nothing.
      }
    },
  };
}

/** A browser may keep nothing, or what somebody else wrote. */
function remembered(name: string): string[] {
  try {
    const lines: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
    return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}
