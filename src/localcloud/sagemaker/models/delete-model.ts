import { z } from 'zod';
import { operation } from '../../service/operation.ts';
import { anyName } from '../resource/names.ts';
import { remove } from '../resource/remove.ts';
import { findModel, type ModelDeps } from './model.ts';

const input = z.object({ ModelName: anyName });

export const deleteModel = operation<ModelDeps, z.infer<typeof input>>({
  name: 'DeleteModel',
  input,
  handle: ({ ModelName }, deps) => remove(findModel(deps, ModelName), deps.models, deps.tags),
});
