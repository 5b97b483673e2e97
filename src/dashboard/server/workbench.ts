import type { CheckedForm, Form, FormValues } from '../form/form-shape.ts';

/** What a page can do beside looking on and steering: fill in a load, and start it. */
export interface Workbench {
  form(): Form;
  /** Makes nothing and sends nothing. */
  check(values: FormValues): Promise<CheckedForm>;
  /** @returns in words what came of it */
  start(values: FormValues): Promise<{ isStarted: boolean; message: string }>;
}
