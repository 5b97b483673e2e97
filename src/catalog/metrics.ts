/**
 * Every CloudWatch metric that mlbench names.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */

/** Of requests, by the service. */
const requestNamespace = 'AWS/SageMaker';
/** Of the instances' own resources. */
const instanceNamespace = '/aws/sagemaker/Endpoints';

/** As they are called by CloudWatch. */
export type MetricName =
  | 'Invocations'
  | 'InvocationsPerInstance'
  | 'Invocation4XXErrors'
  | 'Invocation5XXErrors'
  | 'InvocationModelErrors'
  | 'ModelLatency'
  | 'OverheadLatency'
  | 'ConcurrentRequestsPerModel'
  | 'CPUUtilization'
  | 'MemoryUtilization'
  | 'DiskUtilization'
  | 'GPUUtilization';

export interface CatalogMetric {
  metricName: MetricName;
  namespace: typeof requestNamespace | typeof instanceNamespace;
  unit: 'None' | 'Microseconds' | 'Percent';
  /** The finest in which AWS publishes it. */
  periodSeconds: number;
  /** Those that mean something, the usual one first. */
  statistics: readonly [string, ...string[]];
  /** What it is called where room is short; else by its name and statistic. */
  shortName?: string;
}

/** All have the dimensions of `variantDimensions`; either alone answers nothing. */
export const metrics = {
  invocations: ofRequests('Invocations', 'None', ['Sum']),
  /** Each request adds 1 / active instances, so only the sum means anything. */
  invocationsPerInstance: ofRequests('InvocationsPerInstance', 'None', ['Sum']),
  clientErrors: ofRequests('Invocation4XXErrors', 'None', ['Sum', 'Average']),
  serverErrors: ofRequests('Invocation5XXErrors', 'None', ['Sum', 'Average']),
  modelErrors: ofRequests('InvocationModelErrors', 'None', ['Sum', 'Average']),
  modelLatency: ofRequests('ModelLatency', 'Microseconds', ['Average', 'p99', 'Maximum', 'Minimum']),
  overheadLatency: ofRequests('OverheadLatency', 'Microseconds', ['Average', 'p99', 'Maximum', 'Minimum']),
  /** Of one instance: in flight and queued. */
  concurrentRequests: {
    ...ofRequests('ConcurrentRequestsPerModel', 'None', ['Maximum', 'Minimum', 'Average']),
    periodSeconds: 10,
    shortName: 'in flight',
  },
  /** 100 for each core in use. */
  cpu: { ...ofInstances('CPUUtilization'), shortName: 'CPU %' },
  memory: ofInstances('MemoryUtilization'),
  disk: ofInstances('DiskUtilization'),
  /** 100 for each GPU in use. */
  gpu: ofInstances('GPUUtilization'),
} as const satisfies Record<string, CatalogMetric>;

/** What scaling follows where nothing says otherwise. */
export const usualMetric: CatalogMetric = metrics.invocationsPerInstance;

/** What Application Auto Scaling's predefined metrics stand for, and at which resolution the alarms of each look. */
export const predefinedMetrics = {
  SageMakerVariantInvocationsPerInstance: {
    metric: metrics.invocationsPerInstance,
    statistic: 'Sum',
    highPeriodSeconds: 60,
    lowPeriodSeconds: 60,
    words: 'invocations',
    perWhat: ' a minute and instance',
  },
  // The low alarm keeps minutes: inferred.
  SageMakerVariantConcurrentRequestsPerModelHighResolution: {
    metric: metrics.concurrentRequests,
    statistic: 'Maximum',
    highPeriodSeconds: 10,
    lowPeriodSeconds: 60,
    words: 'concurrent requests',
    perWhat: '',
  },
} as const satisfies Record<
  string,
  {
    metric: CatalogMetric;
    statistic: string;
    highPeriodSeconds: number;
    lowPeriodSeconds: number;
    /** As people call it, and what a target counts by. */
    words: string;
    perWhat: string;
  }
>;
export type PredefinedMetricName = keyof typeof predefinedMetrics;

/** The names as a union's values, for schemas. */
export const predefinedMetricNames = Object.keys(predefinedMetrics) as [
  PredefinedMetricName,
  ...PredefinedMetricName[],
];

/**
 * What `--metric` calls the metrics that a policy made of flags can track: by a predefined name, or else by their usual
 * statistic. https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
 */
export const trackedMetrics = {
  invocations: {
    predefined: 'SageMakerVariantInvocationsPerInstance',
    targetUnit: 'invocations a minute and instance',
  },
  concurrency: {
    predefined: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
    targetUnit: 'requests in flight an instance',
  },
  cpu: { metric: metrics.cpu, targetUnit: 'percent of one core, 100 for each core in use' },
  memory: { metric: metrics.memory, targetUnit: 'percent of the memory' },
  gpu: { metric: metrics.gpu, targetUnit: 'percent of one GPU, 100 for each GPU in use' },
} as const satisfies Record<
  string,
  /** `targetUnit`: in which the target value is given. */
  { targetUnit: string } & ({ predefined: PredefinedMetricName } | { metric: CatalogMetric })
>;
export type TrackedMetric = keyof typeof trackedMetrics;

/** What a policy made of flags tracks where no `--metric` says otherwise. */
export const usualTracked = 'invocations' satisfies TrackedMetric;

export const trackedMetricNames = Object.keys(trackedMetrics) as [TrackedMetric, ...TrackedMetric[]];

/** What is read of every variant that is watched, in the order in which it is shown; one call reads it all. */
export const watchedSeries: readonly [WatchedSeries, ...WatchedSeries[]] = [
  { id: 'perInstance', metric: metrics.invocationsPerInstance, statistic: 'Sum', label: 'per instance' },
  { id: 'invocations', metric: metrics.invocations, statistic: 'Sum', label: 'invocations' },
  { id: 'latency', metric: metrics.modelLatency, statistic: 'p99', label: 'model p99' },
  { id: 'modelErrors', metric: metrics.modelErrors, statistic: 'Sum', label: 'model errors' },
];

export interface WatchedSeries {
  /** Of the query that asks for it: a letter first. */
  id: string;
  metric: CatalogMetric;
  statistic: string;
  /** Beside its figures, where room is short. */
  label: string;
}

/** Namespaces whose metrics a variant publishes: without dimensions there is nothing in them. */
export function isVariantNamespace(namespace: string | undefined): boolean {
  return namespace === requestNamespace || namespace === instanceNamespace;
}

/** The dimensions of every metric of a variant. */
export function variantDimensions(endpointName: string, variantName: string) {
  return { EndpointName: endpointName, VariantName: variantName };
}

/** The same as CloudWatch's API takes them. */
export function variantDimensionList(
  endpointName: string,
  variantName: string,
): { Name: string; Value: string }[] {
  const dimensions = variantDimensions(endpointName, variantName);
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** What is known of a metric by its name; undefined: it is none of SageMaker's that mlbench names. */
export function metricNamed(name: string): CatalogMetric | undefined {
  return byName.get(name);
}

const byName = new Map<string, CatalogMetric>(
  Object.values<CatalogMetric>(metrics).map((metric) => [metric.metricName, metric]),
);

/**
 * How a series is called where its variant is plain: `InvocationsPerInstance Sum`; other periods than a minute are
 * named.
 */
export function seriesName(
  { metricName }: { metricName: string },
  statistic: string,
  periodSeconds = 60,
): string {
  return `${metricName} ${statistic}${periodSeconds === 60 ? '' : ` ${periodSeconds}s`}`;
}

function ofRequests<Unit extends CatalogMetric['unit'], Statistics extends CatalogMetric['statistics']>(
  metricName: MetricName,
  unit: Unit,
  statistics: Statistics,
) {
  return { metricName, namespace: requestNamespace, unit, periodSeconds: 60, statistics } as const;
}

function ofInstances(metricName: MetricName) {
  return {
    metricName,
    namespace: instanceNamespace,
    unit: 'Percent',
    periodSeconds: 60,
    statistics: ['Average', 'Maximum', 'Minimum'],
  } as const;
}
