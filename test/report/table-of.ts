/** Row name → column name → cell, as a reader sees them. A table without a head has one column, named ''. */
export type Table = Record<string, Record<string, string>>;

/** The table under that heading. A row goes by its first cell; what explains the name in small print is left out. */
export function tableOf(page: string, heading: string): Table {
  const [, section] = page.split(`<h2>${heading}</h2>`);
  const [, content] = /<table[^>]*>([\s\S]*?)<\/table>/.exec(section ?? '') ?? [];
  if (content === undefined) throw new Error(`no table under "${heading}"`);
  const [columns = [], ...rest] = rowsOf(content);
  const hasHead = content.includes('<thead>');
  const named = (hasHead ? rest : [columns, ...rest]).map(([name = '', ...cells]) => {
    const places = cells.map((cell, index) => [hasHead ? columns[index + 1] : '', cell]);
    return [name, Object.fromEntries(places)];
  });
  const table = Object.fromEntries(named);
  if (Object.keys(table).length !== named.length) throw new Error(`two rows of one name under "${heading}"`);
  return table;
}

function rowsOf(content: string): string[][] {
  return [...content.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<(t[hd])[^>]*>([\s\S]*?)<\/\1>/g)].map(([, , cell = '']) => textOf(cell)),
  );
}

function textOf(cell: string): string {
  const seen = cell.replaceAll(/<span class="detail">[\s\S]*?<\/span>/g, '').replaceAll(/<[^>]*>/g, '');
  return seen.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}

/** Name → value and note of the tiles at the head. */
export function tilesOf(page: string): Record<string, [value: string, note: string]> {
  const tile =
    /class="tile-name">(.*?)<\/span><span class="tile-value">(.*?)<\/span><span class="tile-note">(.*?)<\/span>/g;
  const tiles = [...page.matchAll(tile)].map(([, name = '', value = '', note = '']) => [name, [value, note]]);
  return Object.fromEntries(tiles);
}

/** The headings of the sections, in their order. */
export function headingsOf(page: string): string[] {
  return [...page.matchAll(/<h2>([\s\S]*?)<\/h2>/g)].map(([, heading = '']) => heading);
}
