/**
 * What AWS charges for an hour of one hosting instance in us-east-1, in USD. Read from
 * https://aws.amazon.com/sagemaker/pricing/ between 2026-07 and 2026-09; other regions cost up to half as much again.
 */
export const pricesAsOf = '2026-09';
export const pricesRegion = 'us-east-1';

const hourlyUsd: Record<string, number> = {
  'ml.t2.medium': 0.056,
  'ml.m5.large': 0.115,
  'ml.m5.xlarge': 0.23,
  'ml.m5.2xlarge': 0.461,
  'ml.c5.large': 0.102,
  'ml.c5.xlarge': 0.204,
  'ml.g4dn.xlarge': 0.736,
};

/** Undefined: not in the table. */
export function hourlyPriceUsd(instanceType: string): number | undefined {
  return hourlyUsd[instanceType];
}
