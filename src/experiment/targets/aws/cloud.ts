import { awsAddress } from '../../../resources/sdk/cloud-address.ts';
import { chainedCredentials } from '../../../resources/sdk/credentials.ts';
import { awsRuntimeUrl, namedRuntime } from '../../../resources/sdk/runtime-url.ts';
import type { Cloud } from '../../contract/cloud.ts';

export function awsCloud({ region }: { region: string }): Cloud {
  return {
    ...awsAddress(region),
    capacityEmulated: false,
    describeCapacity: () => null,
    // What the environment names in place of the region's own comes first, as for every AWS client.
    runtime: () => ({ url: namedRuntime(process.env) ?? awsRuntimeUrl(region), region }),
    credentials: chainedCredentials(),
  };
}
