import { bucketLife } from './bucket-life.ts';
import { type Endpoint, endpointLife } from './endpoint-life.ts';
import type { Inspector } from './inspector.ts';
import type { Answer, MotoCalls } from './moto-calls.ts';
import { permissionLife } from './permission-life.ts';
import type { RecordedCall } from './recorded-call.ts';
import { scalingLife } from './scaling-life.ts';
import { stageLife } from './stage-life.ts';
import { tagIndex } from './tag-index.ts';

/** Stands in for calls that moto lacks or answers too simply, by `service Operation`. What moto can do, it does. */
export type FillIn = Record<
  string,
  ((call: RecordedCall, forward: () => Promise<Answer>) => Promise<Answer>) | undefined
>;

/** What the fill-ins know of an account, beside moto: plain data, so that it can be copied with the account. */
export interface Beside {
  endpoints: Map<string, Endpoint>;
  stageChanges: Map<string, Record<string, unknown>>;
}

export const nothingBeside = (): Beside => ({ endpoints: new Map(), stageChanges: new Map() });

export function createFillIns(moto: MotoCalls, inspector: Inspector, beside: Beside): FillIn[] {
  return [
    bucketLife(moto),
    endpointLife(moto, beside.endpoints),
    permissionLife(moto),
    scalingLife(moto),
    stageLife(beside.stageChanges),
    tagIndex(() => inspector.tagged()),
  ];
}
