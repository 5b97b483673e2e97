import { formatShare, formatValue, plural } from '../charts/format.ts';
import {
  dropsUnjudged,
  isPraise,
  judgeService,
  serviceVerdictOf,
  serviceWords,
} from '../record/judgement/service-verdict.ts';
import type { JudgedExpectation } from '../record/schemas/expectation-schema.ts';
import type { RunResult, ServiceVerdict } from '../record/schemas/result.ts';
import { type Html, html } from './html.ts';

/**
 * Two questions, a badge each. Only the service's can be good: a measurement that can be believed is no praise of it.
 */
export function verdictBadges(result: RunResult): Html {
  const { verdict, checks } = result.validity;
  const warnings = checks.filter((check) => !check.passed && check.severity === 'warning').length;
  const words = serviceWords(result, formatShare);
  const expected = result.thresholds.length > 0;
  const { name, tone } = serviceBadge(serviceVerdictOf(result), expected, isPraise(result));
  return html`<div class="verdicts"><p><a href="#validity" class="verdict ${verdict === 'VALID' ? 'neutral' : 'bad'}">measurement: ${verdict}</a>
${warnings > 0 && html`<a href="#validity" class="verdict warn">${plural(warnings, 'warning')}</a>`}
${
  expected
    ? html`<a href="#expectations" class="verdict ${tone}">expectations: ${name}</a>`
    : html`<span class="verdict ${tone}">expectations: ${name}</span>`
}</p>
${words !== null && html`<p class="verdict-words">${words[0]?.toUpperCase()}${words.slice(1)}.</p>`}</div>`;
}

/** Of a simulation: nothing was measured, so there is nothing to believe. */
export function predictedBadges(
  thresholds: readonly JudgedExpectation[],
  requests: { offered: number; dropped: number },
): Html {
  const dropped = dropsUnjudged(thresholds, requests);
  const { name, tone } = serviceBadge(judgeService(thresholds), thresholds.length > 0, dropped === null);
  const words = thresholds.map(({ expression, observed, unit, passed }) => {
    const predicted = observed === null ? 'nothing was served' : `predicted ${formatValue(observed, unit)}`;
    return `${expression} ${passed ? 'met' : 'missed'} (${predicted})`;
  });
  if (words.length > 0 && dropped !== null)
    words.push(
      `${formatShare(dropped)} of the requests would be dropped, and no expectation says whether this is too much`,
    );
  return html`<div class="verdicts"><p><span class="verdict warn">predicted, not measured</span>
${thresholds.length > 0 && html`<span class="verdict ${tone}">expectations: ${name}</span>`}</p>
${words.length > 0 && html`<p class="verdict-words">${words.join('; ')}.</p>`}</div>`;
}

function serviceBadge(
  verdict: ServiceVerdict,
  expected: boolean,
  praised: boolean,
): { name: string; tone: 'good' | 'warn' | 'bad' } {
  switch (verdict) {
    case 'MET':
      return { name: 'MET', tone: praised ? 'good' : 'warn' };
    case 'MISSED':
      return { name: 'MISSED', tone: 'bad' };
    case 'NONE':
      return { name: expected ? 'not judged' : 'none given', tone: 'warn' };
  }
}
