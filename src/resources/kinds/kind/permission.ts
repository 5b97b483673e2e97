/** What a person needs to be allowed, so that mlbench can do one thing in their name. */
export interface Permission {
  /** For what, where that is not the making and removing of the kind itself: `down --orphans`. */
  task?: string;
  actions: readonly string[];
  /** Patterns of ARNs, with `{partition}`, `{region}` and `{account}`; `*` where IAM knows no narrower right. */
  resources: readonly string[];
  /** Condition key → value, all of them equal. */
  condition?: Record<string, string | string[]>;
}

/** All resources: for actions to which IAM gives no narrower right. */
export const everything: readonly string[] = ['*'];

/** @param resource pattern: `model/mlbench*` */
export function arnPattern(service: string, resource: string): string {
  return `arn:{partition}:${service}:{region}:{account}:${resource}`;
}

/** What lists all of a service's resources, as the search for orphans does. */
export function toFindOrphans(...actions: string[]): Permission {
  return { task: 'down --orphans', actions, resources: everything };
}
