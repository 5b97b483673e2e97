import { systemClock } from '../../src/core/clock.ts';
import type { Scope } from '../../src/resources/engine/resource.ts';
import { type CloudClients, createClients } from '../../src/resources/sdk/clients.ts';
import { awsAddress } from '../../src/resources/sdk/cloud-address.ts';

/** Thrown by every call of a process that is dead. */
export class Killed extends Error {}

export interface Fate {
  /** Calls that still reach the cloud; the next one, and all after it, find the process dead. */
  diesAfterCalls?: number;
  /** The call (1 the first) that the cloud carries out, but whose answer is lost on its way. */
  losesAnswerOfCall?: number;
}

/** A process that works on the cloud of the environment, and what becomes of it. */
export interface MortalProcess {
  scope: Scope;
  /** Calls that were begun, repeated ones not counted. */
  calls(): string[];
  end(): void;
}

export function startProcess(experiment: string, fate: Fate = {}): MortalProcess {
  const { signal } = new AbortController();
  const clients = createClients({ clock: systemClock, signal, cloud: awsAddress('us-east-1') });
  const calls: string[] = [];
  const scope: Scope = {
    clients: meetingTheirFate(clients, calls, fate),
    clock: systemClock,
    signal,
    experiment,
    waiting() {},
  };
  return { scope, calls: () => calls, end: () => clients.close() };
}

const services = ['sagemaker', 's3', 'iam', 'lambda', 'apiGateway', 'logs', 'ecr', 'scheduler'] as const;

function meetingTheirFate(clients: CloudClients, calls: string[], fate: Fate): CloudClients {
  const lost = new Set<number>();
  const fated = { ...clients };
  for (const service of services) {
    let opened: ReturnType<CloudClients[typeof service]> | undefined;
    const open = async () => {
      const client = await clients[service]();
      const add = client.middlewareStack.add.bind(client.middlewareStack) as unknown as AddMiddleware;
      add(
        (next, context) => async (args) => {
          if (calls.length >= (fate.diesAfterCalls ?? Number.POSITIVE_INFINITY)) throw new Killed('killed');
          calls.push(String(context.commandName));
          return next(args);
        },
        { step: 'initialize', priority: 'high', name: 'dies' },
      );
      add(
        (next) => async (args) => {
          const answer = await next(args);
          const call = calls.length;
          if (call !== fate.losesAnswerOfCall || lost.has(call)) return answer;
          lost.add(call);
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        },
        { step: 'deserialize', priority: 'low', name: 'loses' },
      );
      return client;
    };
    Object.assign(fated, { [service]: () => (opened ??= open() as never) });
  }
  return fated;
}

type Handler = (args: object) => Promise<object>;
type AddMiddleware = (
  middleware: (next: Handler, context: { commandName?: string }) => Handler,
  options: object,
) => void;
