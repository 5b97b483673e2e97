import { createHash } from 'node:crypto';
import { packageVersion } from '../core/package-paths.ts';
import type { ChartData } from './chart-shape.ts';
import { embedJson, type Html, html, trusted } from './html.ts';
import { readPageAssets } from './page-assets.ts';

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
