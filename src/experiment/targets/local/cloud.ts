import { ownCommand } from '../../../core/options/own-command.ts';
import type { StandIn } from '../../../localcloud/process.ts';
import { standInAddress } from '../../../resources/sdk/cloud-address.ts';
import type { Cloud, FoundCloud } from '../../contract/cloud.ts';
import { describeCapacity } from '../../stack/emulated-capacity.ts';

export function standInCloud({
  url,
  ownerKey,
  options: { region, timeScale, capacity },
}: Pick<StandIn, 'url' | 'ownerKey' | 'options'>): Cloud {
  return {
    ...standInAddress({ url, region, timeScale, credentials: ownerKey }),
    capacityEmulated: capacity.serviceTimeMs !== null,
    describeCapacity: (instanceType) => describeCapacity(capacity, instanceType),
    runtime: () => ({ url, region }),
    credentials: async () => ownerKey,
  };
}

/** @param standIn undefined: there is none */
export function foundStandIn(standIn: StandIn | undefined): FoundCloud {
  if (standIn === undefined) {
    return {
      cloud: null,
      trouble: silent('the stand-in does not run any more: what the experiment had in it died with it'),
      process: null,
    };
  }
  const { url, pid, options, healthy } = standIn;
  const cloud = standInCloud(standIn);
  const process = { url, pid, timeScale: options.timeScale, healthy };
  if (healthy) return { cloud, trouble: null, process };
  return { cloud, trouble: silent(`the stand-in (pid ${pid}) does not answer`), process };
}

function silent(message: string): { message: string; remedy: string } {
  return { message, remedy: `${ownCommand('up')} starts it anew, ${ownCommand('down')} clears up` };
}
