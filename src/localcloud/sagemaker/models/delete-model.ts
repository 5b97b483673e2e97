import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import type { ModelDeps } from './model.ts';
import { findModel } from './model.ts';

const input = z.object({ ModelName: anyName });

export const deleteModel = operation<ModelDeps, z.infer<typeof input>>({
  name: 'DeleteModel',
  input,
  handle({ ModelName }, deps) {
    const model = findModel(deps, ModelName);
    deps.models.delete(model.name);
    deps.tags.forget(model.arn);
    return {};
  },
});
