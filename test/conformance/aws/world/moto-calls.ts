import { Agent, request as httpRequest } from 'node:http';
import type { RecordedCall } from './recorded-call.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** moto, as the gateway calls it: for others, and for itself. */
export interface MotoCalls {
  forward(call: Pick<RecordedCall, 'method' | 'url' | 'headers' | 'body'>): Promise<Answer>;
  /** A call of its own in AWS's JSON protocol; undefined where moto refuses. */
  ask<Output = Record<string, unknown>>(
    target: string,
    signedFor: string,
    input: object,
  ): Promise<Output | undefined>;
  /** A call of its own as a form. */
  post(signedFor: string, form: Record<string, string>): Promise<Answer>;
  close(): void;
}

export function createMoto(url: string): MotoCalls {
  const agent = new Agent({ keepAlive: true });
  const forward: MotoCalls['forward'] = ({ method, url: path, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(new URL(url), { agent, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: withoutHopHeaders(response.headers),
            body: Buffer.concat(chunks),
          }),
        );
      });
      sent.once('error', reject);
      sent.end(body);
    });
  const send = (signedFor: string, headers: Record<string, string>, body: string) =>
    forward({
      method: 'POST',
      url: '/',
      // moto tells services apart by what the signature is for, and checks no signature.
      headers: {
        ...headers,
        authorization: `AWS4-HMAC-SHA256 Credential=gateway/20260101/us-east-1/${signedFor}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: Buffer.from(body),
    });
  return {
    forward,
    async ask(target, signedFor, input) {
      const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
      const answer = await send(signedFor, headers, JSON.stringify(input));
      return answer.status === 200 ? JSON.parse(answer.body.toString() || '{}') : undefined;
    },
    post: (signedFor, form) =>
      send(
        signedFor,
        { 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams(form).toString(),
      ),
    close: () => agent.destroy(),
  };
}

/** What concerns the connection between here and moto; the length stays, which is all that an answer to HEAD says. */
function withoutHopHeaders(headers: NodeJS.Dict<string | string[]>): Answer['headers'] {
  const hop = new Set(['connection', 'transfer-encoding', 'keep-alive', 'date']);
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => value !== undefined && !hop.has(name)),
  ) as Answer['headers'];
}

export function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.body.toString());
}

export function jsonAnswer(content: object, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'gateway' },
    body: Buffer.from(JSON.stringify(content)),
  };
}

/** An error as a service with AWS's JSON protocol tells it. */
export function jsonError(code: string, message: string, status = 400): Answer {
  return jsonAnswer({ __type: code, message }, status);
}
