/** What a cloud is like, for code that has nothing but the cloud's clients. */
export interface CloudTraits {
  /** How late it may show what was made or deleted. */
  shownWithinMs: number;
  /** How often a change under way is looked at, and how long at most; null: as long as its kind says. */
  waits: { intervalMs: number; timeoutMs: number | null };
  /** People share it: what carries an experiment's tag may be somebody else's of the same name. */
  shared: boolean;
  /** It charges, for instances and for looks at CloudWatch, and has prices of its own. */
  charges: boolean;
  /** FilterLogEvents: how late it may show an event, in cloud time; pauses between calls, each from–to. */
  logs: { shownWithinMs: number; betweenLooksMs: Span; betweenPagesMs: Span };
}

type Span = readonly [leastMs: number, mostMs: number];

export const awsTraits: CloudTraits = {
  // By how much it is late AWS does not say: inferred, with room to spare.
  shownWithinMs: 60_000,
  // AWS throttled polls of 5 s.
  waits: { intervalMs: 15_000, timeoutMs: null },
  shared: true,
  charges: true,
  // The quota is 5 calls a second in most regions:
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
  logs: { shownWithinMs: 60_000, betweenLooksMs: [2_000, 5_000], betweenPagesMs: [250, 400] },
};

/** A process of this machine, and of one state folder: it shows everything at once, and may be asked often. */
export function standInTraits(timeScale: number): CloudTraits {
  return {
    shownWithinMs: 0,
    waits: { intervalMs: 100, timeoutMs: 300_000 },
    shared: false,
    charges: false,
    logs: { shownWithinMs: 1_000 * timeScale, betweenLooksMs: [500, 500], betweenPagesMs: [0, 0] },
  };
}
