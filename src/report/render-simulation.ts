import { chartDataOf } from '../charts/chart-data.ts';
import { formatNumber, formatShare, formatSpan, formatUs } from '../charts/format.ts';
import { packageVersion } from '../core/package-paths.ts';
import { formatUsd } from '../core/units.ts';
import { makeExpectation } from '../record/judgement/expectation.ts';
import type { Expectation, JudgedExpectation } from '../record/schemas/expectation-schema.ts';
import type { NamedPolicy, Simulation } from '../scaling/simulate/spec.ts';
import { type Candidates, candidatesSection } from './candidates-section.ts';
import { chartsSection } from './charts-section.ts';
import { type Html, html } from './html.ts';
import { framePage } from './page-frame.ts';
import { predictedBadges } from './verdict-badges.ts';

export interface SimulationShown {
  policies: readonly NamedPolicy[];
  thresholds: readonly JudgedExpectation[];
  candidates: Candidates;
  /** A user's own rate; null where answers decide, or requests arrive. */
  rateOfUserRps: number | null;
}

/**
 * A simulation with a run's charts, and nothing that only a measurement could say. One file, no network, as the report.
 */
export function renderSimulation(
  { events, summary }: Simulation,
  { policies, thresholds, candidates, rateOfUserRps }: SimulationShown,
): string {
  const { instances, scaleOuts, scaleIns, durationMs, sloUs } = summary;
  const data = chartDataOf(
    {
      rateOfUserRps,
      durationSeconds: durationMs / 1_000,
      scaling: {
        capacityEmulated: false,
        timeScale: 1,
        instances: { atStart: instances.atStart, max: instances.max, atEnd: instances.atEnd },
        scaleOuts,
        scaleIns,
      },
      thresholds: [{ ...sloExpectation(sloUs), observed: summary.responseUs?.p99 ?? null, passed: true }],
    },
    events,
  );
  return framePage({
    title: 'Simulation · mlbench',
    main: html`<header class="head">
<div class="head-line"><h1>Simulation</h1>${predictedBadges(thresholds, summary.requests)}</div>
<p class="what">${formatSpan(durationMs)} of cloud time under ${candidates.winner ?? (policies.map(({ PolicyName }) => PolicyName).join(' and ') || 'no policy')}.</p>
<div class="tiles">${tiles(summary)}</div>
</header>
${chartsSection(data)}
${candidatesSection(candidates)}
${policies.length > 0 && html`<section><h2>Policy</h2><pre>${JSON.stringify(policies.length === 1 ? policies[0] : policies, null, 2)}</pre></section>`}
<section id="notes" class="notes"><h2>How to read these figures</h2>
<p>Instance counts, alarms and activities come from the same scaling engine as the stand-in's, on a virtual clock. Response times come from a
queueing model of an instance, and the line marked “max” is the 99.9th percentile: a model has no slowest request.</p></section>`,
    footer: html`Made by mlbench ${packageVersion}.`,
    data,
  });
}

function sloExpectation(value: number): Expectation {
  return makeExpectation({
    quantity: 'percentile',
    percentile: 99,
    latency: 'response',
    comparison: '<',
    value,
    unit: 'us',
  });
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
