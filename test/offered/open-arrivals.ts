import type { ContentPlaces } from '../../src/core/content.ts';
import type { ArrivalOptions, ArrivalSource, Stripe } from '../../src/offered/arrivals/arrivals.ts';
import { driveOf, type OfferedLoad } from '../../src/offered/offered-load.ts';

/** The arrivals of a load, or a stripe of them, as a worker opens them. @throws Error for users, who have none */
export function openArrivals(
  load: OfferedLoad,
  options: ArrivalOptions,
  stripe: Stripe,
  places: ContentPlaces,
): ArrivalSource {
  const drive = driveOf(load);
  if (drive.drivenBy === 'users') throw new Error('users have no arrivals');
  return drive.open(options, stripe, places);
}
