/** A bound on pages: nobody's run has more, and a server that never ends its list must not hold us. */
const mostPages = 20;

/** Reads page after page, up to twenty. */
export async function allPages<Item>(
  readPage: (token: string | undefined) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, next: nextToken } = await readPage(token);
    all.push(...items);
    if (!nextToken) break;
    token = nextToken;
  }
  return all;
}

/** A token as a call takes it: absent on the first page. */
export function next({ NextToken }: { NextToken: string | undefined }): { NextToken?: string } {
  return NextToken === undefined ? {} : { NextToken };
}
