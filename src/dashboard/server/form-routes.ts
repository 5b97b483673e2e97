import { z } from 'zod';
import { message, type Reply } from './reply.ts';
import type { Workbench } from './workbench.ts';

const valuesSchema = z.strictObject({
  values: z.record(z.string().max(100), z.array(z.string().max(32_768)).max(1_000)),
});

/** What a form asks: whether it would do, and to start. */
export async function formAnswer(path: string, body: unknown, workbench: Workbench): Promise<Reply> {
  const parsed = valuesSchema.safeParse(body);
  if (!parsed.success) return message(400, 'a form is {"values":{"users":["50"]}}');
  const { values } = parsed.data;
  if (path === '/form/check') return { kind: 'json', value: await workbench.check(values) };
  const { isStarted, message: words } = await workbench.start(values);
  return message(isStarted ? 202 : 409, words);
}
