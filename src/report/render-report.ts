import { chartDataOf } from '../charts/chart-data.ts';
import { packageVersion } from '../core/package-paths.ts';
import { driveOf } from '../offered/offered-load.ts';
import { callersOf, pacedRateRps } from '../offered/simulated-load.ts';
import type { RunResult } from '../record/schemas/result.ts';
import type { TimelineEvent } from '../record/schemas/timeline.ts';
import { chartsSection } from './charts-section.ts';
import { figuresSection } from './figures-section.ts';
import { headerSection, notesSection } from './header-section.ts';
import { html } from './html.ts';
import { framePage } from './page-frame.ts';
import { tellStory } from './story.ts';
import { storySection } from './story-section.ts';

/**
 * One HTML file that needs nothing else: no network (its policy forbids it), no script but its own (by hash). The
 * tables are plain HTML and readable without the script, which draws the charts. Bounded in size whatever the run's
 * length.
 */
export function renderReport(result: RunResult, timeline: readonly TimelineEvent[]): string {
  const events = [...timeline].sort((a, b) => a.cloudTimeMs - b.cloudTimeMs);
  const data = chartDataOf({ ...result, rateOfUserRps: rateOfUserRps(result) }, events);
  const story = tellStory(result, events);
  return framePage({
    title: title(result),
    main: html`${headerSection(result, data.timeScale)}
${storySection(story, data.timeScale)}
${chartsSection(data)}
${figuresSection(result)}
${notesSection(result, data.timeScale)}`,
    footer: html`Made by mlbench ${packageVersion} from <code>result.json</code> and <code>timeline.ndjson</code> of run <code>${result.runId}</code>.`,
    data,
  });
}

/** A user of a scenario paces flows, not requests. */
function rateOfUserRps({ flows, profile }: RunResult): number | null {
  return flows === undefined ? pacedRateRps(callersOf(driveOf(profile))) : null;
}

function title(result: RunResult): string {
  const what = result.target.endpointName || result.target.url;
  return `${what} · ${result.startedAt.slice(0, 16).replace('T', ' ')} · mlbench`;
}
