import { z } from 'zod';
import { MlbenchError } from '../../core/errors.ts';
import type { LoadControls } from '../../load/run/controls.ts';

/** What a page may ask of a running load: absolute, so that two pages that ask at once leave no doubt. */
const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('level'), level: z.number().nonnegative() }),
  z.strictObject({ type: z.literal('offset'), offset: z.number() }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('resume') }),
  z.strictObject({ type: z.literal('stop') }),
]);

export interface SteerAnswer {
  status: 200 | 400 | 409;
  /** In words, for whoever pressed the button. */
  message: string;
}

/** @param controls null where nothing runs */
export function steerBy(controls: LoadControls | null, asked: unknown): SteerAnswer {
  const parsed = commandSchema.safeParse(asked);
  if (!parsed.success) {
    return { status: 400, message: 'a command is {"type":"level","level":N}, "pause", "resume" or "stop"' };
  }
  if (controls === null) return { status: 409, message: 'no load is running' };
  const command = parsed.data;
  if (command.type === 'stop') {
    controls.stop();
    return { status: 200, message: 'nothing new is sent' };
  }
  if (controls.unit === null) return { status: 409, message: 'a trace is sent as it was recorded' };
  try {
    controls.steer(command);
  } catch (error) {
    if (!(error instanceof MlbenchError)) throw error;
    return { status: 400, message: `${error.message}: ${error.remedy}` };
  }
  return { status: 200, message: 'changed' };
}
