import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../core/package-paths.ts';

/** The report's script and style, with the chart library inside: built into `dist/report/`, so that a report needs no network. */
export function readPageAssets(): { script: string; style: string } {
  const read = (name: string) => readFileSync(join(packageRoot, 'dist', 'report', name), 'utf8').trim();
  // Nothing in the script may end its own element.
  return { script: read('page.js').replaceAll('</script', '<\\/script'), style: read('style.css') };
}
