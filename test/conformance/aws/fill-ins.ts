import { endpointLife } from './endpoint-life.ts';
import type { Inspector } from './inspector.ts';
import type { Answer, MotoCalls } from './moto-calls.ts';
import type { RecordedCall } from './recorded-call.ts';
import { scalingLife } from './scaling-life.ts';
import { stageLife } from './stage-life.ts';
import { tagIndex } from './tag-index.ts';

/**
 * Stands in for calls that moto lacks or answers too simply, by `service Operation`; each keeps what it knows until the next
 * reset. What moto can do, it does.
 */
export type FillIn = Record<
  string,
  ((call: RecordedCall, forward: () => Promise<Answer>) => Promise<Answer>) | undefined
>;

export function createFillIns(moto: MotoCalls, inspector: Inspector): FillIn[] {
  return [endpointLife(moto), scalingLife(moto), stageLife(), tagIndex(() => inspector.tagged())];
}
