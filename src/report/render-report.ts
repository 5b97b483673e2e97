import { createHash } from 'node:crypto';
import { packageVersion } from '../core/package-paths.ts';
import type { RunResult } from '../load/result.ts';
import type { TimelineEvent } from '../scaling/timeline.ts';
import { chartDataOf } from './chart-data.ts';
import { chartsSection } from './charts-section.ts';
import { figuresSection } from './figures-section.ts';
import { headerSection, notesSection } from './header-section.ts';
import { embedJson, html, trusted } from './html.ts';
import { readPageAssets } from './page-assets.ts';
import { tellStory } from './story.ts';
import { storySection } from './story-section.ts';

/**
 * One HTML file that needs nothing else: no network (its policy forbids it), no script but its own (by hash). The tables
 * are plain HTML and readable without the script, which draws the charts. Bounded in size whatever the run's length.
 */
export function renderReport(result: RunResult, timeline: readonly TimelineEvent[]): string {
  const events = [...timeline].sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  const data = chartDataOf(result, events);
  const story = tellStory(result, events);
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
<title>${title(result)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<main>
${headerSection(result, data.timeScale)}
${storySection(story, data.timeScale)}
${chartsSection(data)}
${figuresSection(result)}
${notesSection(result, data.timeScale)}
</main>
<footer>Made by mlbench ${packageVersion} from <code>result.json</code> and <code>timeline.ndjson</code> of run <code>${result.runId}</code>.</footer>
<script type="application/json" id="chart-data">${embedJson(data)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

function title(result: RunResult): string {
  const what = result.target.endpointName || result.target.url;
  return `${what} · ${result.startedAt.slice(0, 16).replace('T', ' ')} · mlbench`;
}

function sourceHash(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
