import { cloudTimeHeader, type ObservedCloudClock } from '../../core/cloud-time.ts';
import { type CallName, translateCloudError } from './cloud-errors.ts';
import { iamActionOf } from './iam-actions.ts';
import { classifyFault, type RetryPolicy, withRetries } from './retry.ts';

/** As much of an SDK client as is needed to step between it and its calls. */
export interface ObservedClient {
  middlewareStack: { add(middleware: never, options: never): void };
}

/**
 * Puts our retries and error words around each call of the client, and lets every response (failed ones too) set the
 * cloud's clock.
 */
export function observeCalls(
  client: ObservedClient,
  names: { service: string; actions: string; url: string | undefined },
  policy: RetryPolicy,
  cloudClock: ObservedCloudClock,
): void {
  const add = client.middlewareStack.add.bind(client.middlewareStack) as AddMiddleware;
  add(
    (next, context) => async (args) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      const call: CallName = {
        service: names.service,
        operation,
        action: iamActionOf(names.actions, operation),
        url: names.url,
      };
      try {
        return await withRetries(() => next(args), classifyFault, policy);
      } catch (error) {
        if (policy.signal.aborted) throw policy.signal.reason;
        throw translateCloudError(error, call, policy.clock.nowMs());
      }
    },
    // Before anything is made of the input, so that each attempt is built and signed anew.
    { step: 'initialize', priority: 'high', name: 'mlbenchRetries' },
  );
  add(
    (next) => async (args) => {
      const result = await next(args);
      const headers = (result.response as { headers?: Record<string, string> } | undefined)?.headers;
      cloudClock.observe(headers?.[cloudTimeHeader]);
      return result;
    },
    // Innermost: sees the response before the deserialiser throws on a failed one.
    { step: 'deserialize', priority: 'low', name: 'mlbenchCloudTime' },
  );
}

/** Tells the server's own time of each response, failed ones too, and when its request was sent. */
export function observeDates(
  client: ObservedClient,
  tell: { sending(): void; received(dateMs: number): void },
): void {
  const add = client.middlewareStack.add.bind(client.middlewareStack) as AddMiddleware;
  add(
    (next) => async (args) => {
      tell.sending();
      const result = await next(args);
      const headers = (result.response as { headers?: Record<string, string> } | undefined)?.headers;
      const dateMs = Date.parse(headers?.['date'] ?? '');
      if (!Number.isNaN(dateMs)) tell.received(dateMs);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'mlbenchDates' },
  );
}

/** Calls itself so from now on. The SDK signs everything but this header, so that signatures hold. */
export function sendAs(client: ObservedClient, userAgent: string): void {
  const add = client.middlewareStack.add.bind(client.middlewareStack) as AddMiddleware;
  add(
    (next) => async (args) => {
      const { request } = args as { request?: { headers: Record<string, string> } };
      if (request !== undefined) request.headers['user-agent'] = userAgent;
      return await next(args);
    },
    // After the SDK has written its own.
    { step: 'finalizeRequest', priority: 'low', name: 'mlbenchUserAgent' },
  );
}

export interface CallResult {
  response?: unknown;
}
type Handler = (args: object) => Promise<CallResult>;
export type AddMiddleware = (
  middleware: (next: Handler, context: { commandName?: string }) => Handler,
  options: { step: string; priority: string; name: string },
) => void;
