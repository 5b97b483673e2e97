import { type Declared, declare } from '../engine/resource.ts';
import { expiryScheduleKind } from '../kinds/expiry-schedule.ts';
import { iamRoleKind, roleName } from '../kinds/iam-role/iam-role.ts';
import { expiryRole } from '../kinds/iam-role/role-policies.ts';
import type { ExperimentNames } from '../kinds/kind/names.ts';
import { variantResourceId, variantScaling } from '../kinds/scalable-target/scalable-target.ts';
import type { Place } from '../sdk/place.ts';

export interface ExpirySpec {
  names: ExperimentNames;
  place: Place;
  variantName: string;
  /** Whether the endpoint is a scalable target, which must be freed first. */
  scaled: boolean;
  atMs: number;
}

/** From freeing the endpoint to deleting it: one-time schedules are a minute exact. */
const apartMs = 60_000;

/**
 * An endpoint that is Updating cannot be deleted, and AWS does not say whether a schedule tries such a refusal again. A
 * change takes minutes, so the second deletion finds it at rest; where the first one worked, it is refused and does
 * nothing.
 */
const againMs = 30 * 60_000;

/**
 * The end of an endpoint that comes by itself: AWS makes the calls that `down` would make first. Its records and
 * whatever costs nothing stay for `down`.
 */
export function declareExpiry({ names, place, variantName, scaled, atMs }: ExpirySpec): Declared[] {
  const role = declare(iamRoleKind, {}, () => ({
    name: roleName(names, 'expiry', place.region),
    description: `Ends the endpoint ${names.endpoint} when it expires`,
    ...expiryRole(place, { endpointName: names.endpoint }),
  }));
  const schedule = (name: string, at: number, action: string, input: Record<string, string>) =>
    declare(expiryScheduleKind, { role }, (made) => {
      const [service = '', operation = ''] = action.split(':');
      return { name, atMs: at, roleArn: made.role.arn, call: { service, action: operation, input } };
    });
  const deletionMs = scaled ? atMs + apartMs : atMs;
  const deletions = [
    { name: names.of('expiry-endpoint'), at: deletionMs },
    { name: names.of('expiry-endpoint-again'), at: deletionMs + againMs },
  ].map(({ name, at }) => schedule(name, at, 'sagemaker:deleteEndpoint', { EndpointName: names.endpoint }));
  if (!scaled) return [role, ...deletions];
  const freeing = schedule(
    names.of('expiry-scaling'),
    atMs,
    'applicationautoscaling:deregisterScalableTarget',
    {
      ...variantScaling,
      ResourceId: variantResourceId(names.endpoint, variantName),
    },
  );
  return [role, freeing, ...deletions];
}
