import { createHash } from 'node:crypto';
import { packageVersion } from '../core/package-paths.ts';
import { formatUsd } from '../core/units.ts';
import type { NamedPolicy, Simulation } from '../scaling/simulate/spec.ts';
import { chartDataOf } from './chart-data.ts';
import { chartsSection } from './charts-section.ts';
import { formatNumber, formatShare, formatSpan, formatUs } from './format.ts';
import { embedJson, type Html, html, trusted } from './html.ts';
import { readPageAssets } from './page-assets.ts';

/** A simulation with a run's charts, and nothing that only a measurement could say. One file, no network, as the report. */
export function renderSimulation({ events, summary }: Simulation, policies: readonly NamedPolicy[]): string {
  const { instances, scaleOuts, scaleIns, durationMs, sloUs } = summary;
  const data = chartDataOf(
    {
      durationSeconds: durationMs / 1_000,
      scaling: {
        capacityEmulated: false,
        timeScale: 1,
        instances: { atStart: instances.atStart, max: instances.max, atEnd: instances.atEnd },
        scaleOuts,
        scaleIns,
      },
      thresholds: [
        { expression: `p99<${sloUs / 1_000}ms`, observed: summary.responseUs?.p99 ?? null, passed: true },
      ],
    },
    events,
  );
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
<title>Simulation · mlbench</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<main>
<header class="head">
<div class="head-line"><h1>Simulation</h1><p class="verdicts"><span class="verdict warn">predicted, not measured</span></p></div>
<p class="what">${formatSpan(durationMs)} of cloud time under ${policies.map(({ PolicyName }) => PolicyName).join(' and ') || 'no policy'}.</p>
<div class="tiles">${tiles(summary)}</div>
</header>
${chartsSection(data)}
${policies.length > 0 && html`<section><h2>Policy</h2><pre>${JSON.stringify(policies.length === 1 ? policies[0] : policies, null, 2)}</pre></section>`}
<section id="notes" class="notes"><h2>How to read these figures</h2>
<p>Instance counts, alarms and activities come from the same scaling engine as the stand-in's, on a virtual clock. Response times come from a
queueing model of an instance, and the line marked “max” is the 99.9th percentile: a model has no slowest request.</p></section>
</main>
<footer>Made by mlbench ${packageVersion}.</footer>
<script type="application/json" id="chart-data">${embedJson(data)}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}

function tiles({
  requests,
  sloMissShare,
  sloUs,
  responseUs,
  instances,
  costUsd,
  scaleOuts,
  scaleIns,
}: Simulation['summary']): Html[] {
  return [
    tile(
      'Requests',
      formatNumber(Math.round(requests.offered)),
      `${formatNumber(Math.round(requests.dropped))} dropped`,
    ),
    tile('SLO missed', formatShare(sloMissShare), `dropped, or over ${formatUs(sloUs)}`),
    tile('Response p50', formatUs(responseUs?.p50 ?? null), ''),
    tile('Response p99', formatUs(responseUs?.p99 ?? null), ''),
    tile(
      'Instances',
      `${instances.atStart} → ${instances.max} → ${instances.atEnd}`,
      `${scaleOuts} out, ${scaleIns} in`,
    ),
    tile(
      'Cost on AWS',
      costUsd === null ? '–' : formatUsd(costUsd),
      `${formatNumber(instances.hours)} instance-hours`,
    ),
  ];
}

function tile(name: string, value: string, detail: string): Html {
  return html`<div class="tile"><span class="tile-name">${name}</span><span class="tile-value">${value}</span><span class="tile-note">${detail}</span></div>`;
}

function sourceHash(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}
