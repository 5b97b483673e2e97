import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChartData } from '../charts/chart-shape.ts';
import { packageRoot, packageVersion } from '../core/package-paths.ts';
import { embedJson, type Html, html, trusted } from './html.ts';

export interface PageContent {
  title: string;
  main: Html;
  footer: Html;
  /** What the page's script draws. */
  data: ChartData;
}

/** One HTML file that needs nothing else: no network (its policy forbids it), no script but its own (by hash). */
export function framePage({ title, main, footer, data }: PageContent): string {
  const { script, style } = readPageAssets();
  const policy = `default-src 'none'; script-src '${sourceHash(script)}'; style-src '${sourceHash(style)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="mlbench ${packageVersion}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<main>
${main}
</main>
<footer>${footer}</footer>
<script type="application/json" id="chart-data">${embedJson(data)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

function sourceHash(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}

/**
 * The report's script and style, with the chart library inside: built into `dist/report/`, so that a report needs no
 * network.
 */
function readPageAssets(): { script: string; style: string } {
  const read = (name: string) => readFileSync(join(packageRoot, 'dist', 'report', name), 'utf8').trim();
  // Nothing in the script may end its own element.
  return { script: read('page.js').replaceAll('</script', '<\\/script'), style: read('style.css') };
}
