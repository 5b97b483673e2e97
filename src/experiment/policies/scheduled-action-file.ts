import { z } from 'zod';
import { userError } from '../../core/errors.ts';
import { checkScheduledAction } from '../../scaling/policies/check-scheduled-action.ts';
import type { NamedScheduledAction } from '../../scaling/simulate/spec.ts';
import { readJsonFile } from './json-file.ts';

const when = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const schema = z.strictObject({
  ScheduledActionName: z.string().min(1).max(256),
  Schedule: z.string().optional(),
  Timezone: z.string().optional(),
  StartTime: when.optional(),
  EndTime: when.optional(),
  ScalableTargetAction: z
    .strictObject({ MinCapacity: z.int().optional(), MaxCapacity: z.int().optional() })
    .optional(),
  // Of a whole request; the experiment's own scalable target is taken instead.
  ServiceNamespace: z.string().optional(),
  ResourceId: z.string().optional(),
  ScalableDimension: z.string().optional(),
});

/**
 * Reads and checks what `--scheduled-action FILE` names: an action as `PutScheduledAction` takes it, or a list of them.
 * @throws MlbenchError exit code 2: not readable, no such members, or refused as AWS would
 */
export function readScheduledActions(files: readonly string[]): NamedScheduledAction[] {
  const flag = '--scheduled-action';
  const actions = files.flatMap((path) => {
    const content = readJsonFile(flag, path, 'a scheduled action as PutScheduledAction takes it, or a list');
    const parsed = z
      .array(schema)
      .min(1)
      .safeParse(Array.isArray(content) ? content : [content]);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw userError(
        'scheduled-action-unreadable',
        `${flag} ${path}: ${issue?.path.slice(1).join('.') || 'the action'}: ${issue?.message}`,
        'write it as PutScheduledAction takes it: ScheduledActionName, Schedule, ScalableTargetAction',
      );
    }
    return parsed.data.map(({ ServiceNamespace: _n, ResourceId: _r, ScalableDimension: _d, ...action }) => {
      const checked = checkScheduledAction(action, undefined);
      if ('problem' in checked)
        throw userError(
          'scheduled-action-refused',
          `${flag} ${path}: ${checked.code}: ${checked.problem}`,
          checked.remedy,
        );
      return action;
    });
  });
  const names = actions.map(({ ScheduledActionName }) => ScheduledActionName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return actions;
  throw userError(
    'same-scheduled-action',
    `${flag}: two actions are called "${twice}"`,
    'give each a ScheduledActionName of its own',
  );
}
