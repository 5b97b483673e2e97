import { expiryScheduleKind } from './expiry-schedule.ts';
import { iamRoleKind } from './iam-role.ts';
import type { ExperimentNames } from './names.ts';
import type { Place } from './place.ts';
import { type Declared, declare } from './resource.ts';
import { expiryRole } from './role-policies.ts';
import { variantResourceId, variantScaling } from './scalable-target.ts';

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
 * The end of an endpoint that comes by itself: AWS makes the calls that `down` would make first. Its records and whatever
 * costs nothing stay for `down`.
 */
export function declareExpiry({ names, place, variantName, scaled, atMs }: ExpirySpec): Declared[] {
  const role = declare(iamRoleKind, {}, () => ({
    name: names.expiryRole(place.region),
    description: `Ends the endpoint ${names.endpoint} when it expires`,
    ...expiryRole(place, { endpointName: names.endpoint }),
  }));
  const schedule = (name: string, at: number, action: string, input: Record<string, string>) =>
    declare(expiryScheduleKind, { role }, (made) => {
      const [service = '', operation = ''] = action.split(':');
      return { name, atMs: at, roleArn: made.role.arn, call: { service, action: operation, input } };
    });
  const deletion = schedule(
    names.endpointExpiry,
    scaled ? atMs + apartMs : atMs,
    'sagemaker:deleteEndpoint',
    {
      EndpointName: names.endpoint,
    },
  );
  if (!scaled) return [role, deletion];
  const freeing = schedule(names.scalingExpiry, atMs, 'applicationautoscaling:deregisterScalableTarget', {
    ...variantScaling,
    ResourceId: variantResourceId(names.endpoint, variantName),
  });
  return [role, freeing, deletion];
}
