import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import type { EndpointConfigDeps } from './endpoint-config.ts';
import { findEndpointConfig } from './endpoint-config.ts';

const input = z.object({ EndpointConfigName: anyName });

export const describeEndpointConfig = operation<EndpointConfigDeps, z.infer<typeof input>>({
  name: 'DescribeEndpointConfig',
  input,
  handle({ EndpointConfigName }, deps) {
    const config = findEndpointConfig(deps, EndpointConfigName);
    return {
      EndpointConfigName: config.name,
      EndpointConfigArn: config.arn,
      ProductionVariants: config.variants,
      CreationTime: new Date(config.createdAtMs),
      EnableNetworkIsolation: false,
      ...config.described,
    };
  },
});
