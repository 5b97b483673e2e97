import { z } from 'zod';
import { MlbenchError } from '../../core/errors.ts';
import type { LiveRun } from '../live/live-run.ts';

/** What a page may ask of a running load: absolute, so that two pages that ask at once leave no doubt. */
const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('level'), level: z.number().nonnegative() }),
  z.strictObject({ type: z.literal('offset'), offset: z.number() }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('resume') }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('reset') }),
  z.strictObject({ type: z.literal('whole') }),
]);

export interface SteerAnswer {
  status: 200 | 400 | 409;
  /** In words, for whoever pressed the button. */
  message: string;
}

/** What of a run can be steered. */
export type Steered = Pick<LiveRun, 'controls' | 'countFromNow' | 'countAll'>;

/** @param run null where there is none */
export function steerBy(run: Steered | null, asked: unknown): SteerAnswer {
  const parsed = commandSchema.safeParse(asked);
  if (!parsed.success) {
    return {
      status: 400,
      message: 'a command is {"type":"level","level":N}, "pause", "resume", "stop", "reset" or "whole"',
    };
  }
  const command = parsed.data;
  const controls = run?.controls ?? null;
  if (run === null || controls === null) return { status: 409, message: 'no load is running' };
  if (command.type === 'reset') {
    return run.countFromNow()
      ? { status: 200, message: 'figures count from now on; the record keeps the whole run' }
      : { status: 409, message: 'nothing is counted yet' };
  }
  if (command.type === 'whole') {
    run.countAll();
    return { status: 200, message: 'figures are of the whole run' };
  }
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
