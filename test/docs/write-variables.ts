import { readFileSync, writeFileSync } from 'node:fs';
import { variableTables } from './variable-tables.ts';

/** Writes the tables of docs/configuration.md anew, out of the declarations: `npm run variables`. */
const page = new URL('../../docs/configuration.md', import.meta.url);
let text = readFileSync(page, 'utf8');
for (const [name, table] of Object.entries(await variableTables())) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`docs/configuration.md has no place for ${name}`);
  text = `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}
writeFileSync(page, text);
