import { formatNumber, formatShare, formatSpan, formatUs, plural, truncate } from '../charts/format.ts';
import { formatUsd } from '../core/units.ts';
import { describeLoad, driveOf, expectedRateRps, type OfferedLoad } from '../offered/offered-load.ts';
import { lastSeenWords } from '../record/fleet/last-seen.ts';
import { scalingOf } from '../record/fleet/scaling-summary.ts';
import type { RunResult } from '../record/schemas/result.ts';
import type { ScalingSummary } from '../record/schemas/scaling-schema.ts';
import { type Html, html } from './html.ts';
import { verdictBadges } from './verdict-badges.ts';

/** What was run, whether it can be believed, and the six figures that are asked for first. */
export function headerSection(result: RunResult, timeScale: number): Html {
  const { target } = result;
  return html`<header class="head">
<div class="head-line">
<h1>${truncate(target.endpointName || target.url, 120)}</h1>
${verdictBadges(result)}
</div>
<p class="what">${loadWords(result)} against ${destinationWords(result)}.</p>
<dl class="facts">
<div><dt>Started</dt><dd><time datetime="${result.startedAt}">${instantWords(result.startedAt)}</time></dd></div>
<div><dt>Took</dt><dd>${formatSpan(result.durationSeconds * 1_000)}${timeScale === 1 ? '' : ` of wall time = ${formatSpan(result.durationSeconds * 1_000 * timeScale)} of cloud time`}</dd></div>
<div><dt>Workers</dt><dd>${result.workers}</dd></div>
<div><dt>Run</dt><dd><code>${result.runId}</code></dd></div>
</dl>
${badges(result, timeScale)}
${invalidReasons(result)}
<div class="tiles">${tiles(result)}</div>
</header>`;
}

/** What the reader must know before comparing these figures with anything. */
export function notesSection(result: RunResult, timeScale: number): Html | null {
  const emulated = isEmulated(result);
  const costNote = result.costUsd.note;
  if (timeScale === 1 && !emulated && !costNote) return null;
  return html`<section id="notes" class="notes">
<h2>How to read these figures</h2>
${
  emulated &&
  html`<p><b>Capacity is emulated.</b> Every request was really inferred by the serving program, and then held to a fixed service time and
concurrency with a bounded queue in front. So queueing, overload and recovery are real; what one instance carries is a setting, not a
measurement of an instance type.</p>`
}
${
  timeScale !== 1 &&
  html`<p><b>Cloud time ran ${formatNumber(timeScale)} times faster than the wall.</b> The charts' axis is cloud time: alarms, cooldowns and
provisioning take as long on it as they would on AWS. Requests, response times and rates are in wall time, and each request counts
${formatNumber(timeScale)} times in the cloud's metrics, so that a rate stays a rate.</p>
<p>What this distorts: between a breach and its relief a queue has ${formatNumber(timeScale)} times less wall time to grow, so fewer requests
meet the overload than would on AWS, and a backlog drains ${formatNumber(timeScale)} times slower on this axis. A ramp looks
${formatNumber(timeScale)} times longer beside the alarms than it is to its callers.</p>`
}
${costNote && html`<p><b>Cost.</b> ${truncate(costNote, 600)}</p>`}
</section>`;
}

function isEmulated(result: RunResult): boolean {
  return scalingOf(result)?.capacityEmulated ?? false;
}

function badges(result: RunResult, timeScale: number): Html | null {
  const emulated = isEmulated(result);
  if (!emulated && timeScale === 1) return null;
  return html`<p class="caveats"><a href="#notes">${[emulated ? 'emulated capacity' : '', timeScale === 1 ? '' : `time scale ×${formatNumber(timeScale)}`].filter(Boolean).join(' · ')}</a></p>`;
}

function invalidReasons(result: RunResult): Html | null {
  if (result.validity.verdict === 'VALID') return null;
  const names = result.validity.checks
    .filter((check) => !check.passed && check.severity === 'error')
    .map((check) => check.name);
  return html`<p class="alert">This measurement cannot be believed: ${names.join(', ') || 'a check'} failed. The load generator, not the service, may have
made these figures; see <a href="#validity">the checks</a>.</p>`;
}

function withoutRate(load: OfferedLoad): string {
  return driveOf(load).drivenBy === 'arrivals' ? 'all offered at one instant' : 'as fast as answered';
}

function tiles(result: RunResult): Html[] {
  const { requests, latencyUs, rateRps } = result;
  const ended = requests.succeeded + requests.failed;
  const expected = rateRps.intended ?? expectedRateRps(result.profile);
  const { costUsd } = result;
  const scaling = scalingOf(result);
  return [
    tile('Requests', formatNumber(requests.sent), `${formatNumber(requests.succeeded)} succeeded`),
    tile(
      'Failed',
      formatShare(ended === 0 ? 0 : requests.failed / ended),
      requests.failed === 0 ? 'none' : plural(requests.failed, 'request'),
      requests.failed > 0 ? 'bad' : '',
    ),
    tile(
      'Rate',
      `${formatNumber(rateRps.achieved)}/s`,
      [
        expected === null ? withoutRate(result.profile) : `${formatNumber(expected)}/s offered`,
        ...(rateRps.sent === undefined ? [] : [`${formatNumber(rateRps.sent)}/s sent`]),
      ].join(', '),
    ),
    tile('Response p50', formatUs(latencyUs.response.p50), `mean ${formatUs(latencyUs.response.mean)}`),
    tile('Response p99', formatUs(latencyUs.response.p99), `max ${formatUs(latencyUs.response.max)}`),
    ...(scaling ? [tile('Instances', fleetWords(scaling.instances), scalingWords(scaling))] : []),
    ...(costUsd.total === undefined
      ? []
      : [
          tile(
            costUsd.charged === false ? 'Cost on AWS' : 'Cost',
            formatUsd(costUsd.total),
            costUsd.instanceHours === undefined
              ? ''
              : `${formatNumber(costUsd.instanceHours)} instance hours`,
          ),
        ]),
  ];
}

function fleetWords({ atStart, max, atEnd }: ScalingSummary['instances']): string {
  return [atStart, max, atEnd].filter((count, index, all) => count !== all[index - 1]).join(' → ');
}

function scalingWords({ scaleOuts, scaleIns, lastSeen }: ScalingSummary): string {
  if (lastSeen !== undefined) return lastSeenWords(lastSeen);
  const parts = [
    scaleOuts > 0 ? plural(scaleOuts, 'scale-out') : '',
    scaleIns > 0 ? plural(scaleIns, 'scale-in') : '',
  ].filter(Boolean);
  return parts.join(', ') || 'no scaling';
}

function tile(name: string, value: string, note: string, tone = ''): Html {
  return html`<div class="tile ${tone}"><span class="tile-name">${name}</span><span class="tile-value">${value}</span><span class="tile-note">${note}</span></div>`;
}

function destinationWords(result: RunResult): Html {
  const { kind, endpointName, url } = result.target;
  const address = html`<code>${truncate(url, 200)}</code>`;
  if (kind === 'runtime')
    return html`endpoint <b>${endpointName}</b> through the SageMaker runtime at ${address}`;
  if (kind === 'api') return html`the REST API at ${address}`;
  return html`${address}`;
}

function loadWords({ profile: load, maxRequests }: RunResult): string {
  const requests = maxRequests === undefined ? '' : ` or ${plural(maxRequests, 'request')}`;
  return `${describeLoad(load)}, for ${formatSpan(load.durationMs)}${requests}`;
}

function instantWords(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
