import type { EventMark } from './marks.ts';

/** What the page draws. Times are cloud seconds from the run's start; every series of a group is as long as its `t`. */
export interface ChartData {
  /** Cloud seconds that pass in one of the wall's. */
  timeScale: number;
  fromS: number;
  toS: number;
  load: LoadSeries;
  metrics: MetricSeries[];
  capacity: { t: number[]; current: number[]; desired: number[] };
  marks: EventMark[];
  /** Times in which an alarm of Application Auto Scaling's own was in ALARM. */
  alarmSpans: { fromS: number; toS: number; side: 'high' | 'low' }[];
  /** Response-time limits that the run was held to, where a line of the chart can show them. */
  limits: { percentile: 'p50' | 'p95' | 'p99'; limitMs: number }[];
}

export interface LoadSeries {
  t: number[];
  users: number[];
  rate: number[];
  /**
   * Requests a second that were offered: by the schedule, or by users who pace themselves; else those that were sent.
   */
  offeredRate: (number | null)[];
  /** Whether `offeredRate` is what was wanted, or only what was sent. */
  offeredIs: 'wanted' | 'sent';
  /** Sent in each interval, as what ended and what was in flight say. */
  sentRate: number[];
  failedRate: number[];
  p50: (number | null)[];
  p95: (number | null)[];
  p99: (number | null)[];
  max: (number | null)[];
}

/** One value a period, each drawn over the period it stands for. */
export interface MetricSeries {
  name: string;
  statistic: string;
  periodSeconds: number;
  t: number[];
  value: number[];
  target: (number | null)[];
}
