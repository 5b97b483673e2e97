import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensurePythonEnvironment } from '../../../setup/python-environment.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { Routes } from './routes.ts';
import type { Tagged } from './tag-index.ts';

/** boto3, asked for its word on an account and on requests. */
export interface Inspector {
  /** A line for each thing that any service lists; `named`: only what has this in its name. */
  everything(named?: string): Promise<string[]>;
  /** What the tagging service would find: ARNs and their tags. */
  tagged(): Promise<Tagged[]>;
  /** Changes what the experiment `mlbench` has, as somebody else would. */
  meddle(): Promise<void>;
  routes(): Promise<Routes>;
  /** What AWS would refuse in these requests, by botocore's service models. */
  problems(calls: readonly RecordedCall[]): Promise<string[]>;
  stop(): Promise<void>;
}

/** @param environment where the account is, and its credentials */
export function startInspector(environment: Record<string, string>): Inspector {
  const { python } = ensurePythonEnvironment();
  const child = spawn(python, [fileURLToPath(new URL('inspector.py', import.meta.url))], {
    env: { ...environment, PATH: process.env['PATH'] ?? '', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve(reply: Reply): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)));
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      for (const { reject } of waiting.splice(0)) reject(new Error('the inspector ended'));
      resolve();
    }),
  );
  const ask = async <Answer>(question: object): Promise<Answer> => {
    const reply = await new Promise<Reply>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(question)}\n`);
    });
    if (reply.failure !== undefined) throw new Error(reply.failure);
    return reply.answer as Answer;
  };
  return {
    everything: (named) => ask({ ask: 'everything', named }),
    tagged: () => ask({ ask: 'tagged' }),
    meddle: () => ask({ ask: 'meddle' }),
    routes: () => ask({ ask: 'routes' }),
    problems: (calls) =>
      ask({
        ask: 'problems',
        calls: calls.map(({ service, operation, url, headers, body }) => ({
          service,
          operation,
          url,
          headers,
          body: body.toString('base64'),
        })),
      }),
    stop() {
      child.stdin.end();
      return ended;
    },
  };
}

interface Reply {
  answer?: unknown;
  failure?: string;
}
