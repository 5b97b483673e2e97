import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import type { ModelDeps } from './model.ts';
import { findModel } from './model.ts';

const input = z.object({ ModelName: anyName });

export const describeModel = operation<ModelDeps, z.infer<typeof input>>({
  name: 'DescribeModel',
  input,
  handle({ ModelName }, deps) {
    const model = findModel(deps, ModelName);
    return {
      ModelName: model.name,
      ModelArn: model.arn,
      CreationTime: new Date(model.createdAtMs),
      ...model.described,
    };
  },
});
