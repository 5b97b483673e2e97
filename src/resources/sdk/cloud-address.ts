import { awsTraits, type CloudTraits, standInTraits } from './cloud-traits.ts';
import { anyCredentials } from './credentials.ts';
import type { ClientSettings } from './services.ts';

/** A cloud, as far as clients of it must know it. */
export interface CloudAddress {
  region: string;
  traits: CloudTraits;
  /** How much faster than wall time its clock runs. */
  timeScale: number;
  /** The one URL of all its services; undefined: each has its own. */
  url: string | undefined;
  /** What its clients are made with; empty: the SDK finds it for itself. */
  settings: Pick<ClientSettings, 'endpoint' | 'credentials' | 'forcePathStyle'>;
}

export function awsAddress(region: string): CloudAddress {
  return { region, traits: awsTraits, timeScale: 1, url: undefined, settings: {} };
}

export function standInAddress({
  url,
  region,
  timeScale,
  credentials = anyCredentials,
}: {
  url: string;
  region: string;
  timeScale: number;
  /** The stand-in's own prove that its user calls; any others are as good where nothing carries code. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}): CloudAddress {
  return {
    region,
    traits: standInTraits(timeScale),
    timeScale,
    url,
    // On the stand-in a bucket is a path and no host; other services than S3 do not look at it.
    settings: { endpoint: url, credentials, forcePathStyle: true },
  };
}
