import type { FillIn } from './fill-ins.ts';
import { json, jsonAnswer } from './moto-calls.ts';
import { inputOf } from './recorded-call.ts';

/** The settings of an HTTP API's stage, which moto makes and shows, and cannot change. */
export function stageLife(changes: Map<string, Record<string, unknown>>): FillIn {
  return {
    async 'apigatewayv2 GetStage'(call, forward) {
      const answer = await forward();
      return answer.status === 200 ? jsonAnswer({ ...json(answer), ...changes.get(call.url) }) : answer;
    },

    async 'apigatewayv2 UpdateStage'(call) {
      changes.set(call.url, { ...changes.get(call.url), ...inputOf(call) });
      return jsonAnswer(changes.get(call.url) ?? {});
    },
  };
}
