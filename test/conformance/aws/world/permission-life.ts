import type { FillIn } from './fill-ins.ts';
import { json, jsonAnswer, type MotoCalls } from './moto-calls.ts';
import { inputOf } from './recorded-call.ts';

/** moto adds a statement to a function's policy as often as it is asked; AWS refuses a second one of the same id. */
export function permissionLife(moto: MotoCalls): FillIn {
  return {
    async 'lambda AddPermission'(call, forward) {
      const { host = '', authorization = '' } = call.headers;
      const headers = { host, authorization };
      const policy = await moto.forward({ method: 'GET', url: call.url, headers, body: Buffer.alloc(0) });
      const { StatementId: id } = inputOf(call);
      if (policy.status !== 200 || !statementsOf(json(policy)).includes(String(id))) return forward();
      const message = `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
      const answer = jsonAnswer({ Type: 'User', message }, 409);
      return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': 'ResourceConflictException' } };
    },
  };
}

function statementsOf({ Policy }: Record<string, unknown>): string[] {
  const { Statement = [] } = JSON.parse(String(Policy)) as { Statement?: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
}
