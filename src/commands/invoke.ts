import type { InvokeEndpointCommandOutput } from '@aws-sdk/client-sagemaker-runtime';
import { cloudError, MlbenchError, systemErrorCode } from '../core/errors.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { ownCommand } from '../core/options/own-command.ts';
import { clientsOf } from '../experiment/context/cloud.ts';
import type { CommandContext } from '../experiment/context/context.ts';
import type { InvokeOutcome } from '../experiment/contract/outcomes.ts';
import { readEndpointSample } from '../experiment/endpoints/endpoint-sample.ts';
import {
  findServiceEndpoint,
  requireApiUrl,
  type ServiceEndpoint,
} from '../experiment/endpoints/service-endpoint.ts';
import { type RequestBody, readBody, sentOutcome } from '../experiment/load/request-body.ts';
import { sendAs } from '../resources/sdk/client-middleware.ts';
import { cloudStatusOf } from '../resources/sdk/cloud-errors.ts';

export interface InvokeOptions {
  /** `runtime`: InvokeEndpoint. `api`: the experiment's `/evaluate`. Default `runtime`. */
  via?: 'runtime' | 'api';
  /** Default: the experiment's. */
  endpointName?: string;
  /** The text itself, or `@FILE`. Default: the sample request of the experiment's model. */
  body?: string;
  /** Default: by the body's file name, else `application/json`. */
  contentType?: string;
  /** Default `application/json`. */
  accept?: string;
  /** Default: the AWS SDK's own, or Node's with `via` api. */
  userAgent?: string;
}

/**
 * One request, without retries. An answer that is an error is an outcome with exit code 1; no answer at all is thrown.
 */
export async function invoke(options: InvokeOptions, context: CommandContext): Promise<InvokeOutcome> {
  const endpoint = await findServiceEndpoint(options.endpointName, context);
  const body = readBody(options, () => readEndpointSample(endpoint, context));
  const accept = options.accept ?? 'application/json';
  const asked: Asked = { ...options, body, accept };
  const answer =
    options.via === 'api'
      ? await invokeApi(requireApiUrl(endpoint, context), asked, context)
      : await invokeRuntime(endpoint, asked, context);
  return { ...answer, sent: sentOutcome(body) };
}

type Asked = Pick<InvokeOptions, 'userAgent'> & { body: RequestBody; accept: string };
type Answer = Omit<InvokeOutcome, 'sent'>;

async function invokeRuntime(
  endpoint: ServiceEndpoint,
  { body, accept, userAgent }: Asked,
  context: CommandContext,
): Promise<Answer> {
  const { InvokeEndpointCommand } = await import('@aws-sdk/client-sagemaker-runtime');
  const clients = clientsOf(context, endpoint.cloud, 1);
  const runtime = await clients.runtime();
  if (userAgent !== undefined) sendAs(runtime, userAgent);
  const startedMs = context.clock.monotonicMs();
  const elapsedMs = () => context.clock.monotonicMs() - startedMs;
  try {
    const answer: InvokeEndpointCommandOutput = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpoint.endpointName,
        Body: body.bytes,
        ContentType: body.contentType,
        Accept: accept,
      }),
      { abortSignal: context.signal },
    );
    return {
      exitCode: exitCodes.ok,
      status: answer.$metadata.httpStatusCode ?? 200,
      contentType: answer.ContentType ?? '',
      body: Buffer.from(answer.Body ?? []).toString('utf8'),
      variant: answer.InvokedProductionVariant ?? null,
      elapsedMs: elapsedMs(),
      error: null,
    };
  } catch (error) {
    const status = cloudStatusOf(error);
    if (status === undefined || !(error instanceof MlbenchError) || error.code === 'clock-skew') throw error;
    const { name, message, OriginalStatusCode, OriginalMessage } = error.cause as Error & {
      OriginalStatusCode?: number;
      OriginalMessage?: string;
    };
    return {
      exitCode: exitCodes.failed,
      status,
      contentType: '',
      body: OriginalMessage ?? '',
      variant: null,
      elapsedMs: elapsedMs(),
      error: { code: name, message, originalStatusCode: OriginalStatusCode ?? null },
    };
  } finally {
    clients.close();
  }
}

async function invokeApi(
  url: string,
  { body, accept, userAgent }: Asked,
  context: CommandContext,
): Promise<Answer> {
  const startedMs = context.clock.monotonicMs();
  const headers = {
    'content-type': body.contentType,
    accept,
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
  };
  const shown = context.wire?.request({
    ...{ method: 'POST', url },
    headers: Object.entries(headers),
    body: { bytes: body.bytes },
  });
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: 'POST',
      headers,
      body: Buffer.from(body.bytes),
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(70_000)]),
    });
  } catch (error) {
    shown?.failed((error as Error).cause ?? error);
    if (context.signal.aborted) throw context.signal.reason;
    const cause = (error as Error).cause ?? error;
    throw cloudError(
      'unreachable',
      `${url} cannot be reached: ${systemErrorCode(cause) ?? String(cause)}`,
      `see ${ownCommand('status')}; ${ownCommand('up')} starts the API anew`,
      error,
    );
  }
  const text = await answer.text();
  shown?.answered({
    status: answer.status,
    headers: [...answer.headers],
    body: { bytes: Buffer.from(text) },
  });
  return {
    exitCode: answer.ok ? exitCodes.ok : exitCodes.failed,
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    body: text,
    variant: null,
    elapsedMs: context.clock.monotonicMs() - startedMs,
    error: answer.ok ? null : apiError(text, answer.status),
  };
}

/** The API's errors are `{"Code","Message"}`. */
function apiError(text: string, status: number): InvokeOutcome['error'] {
  try {
    const { Code, Message } = JSON.parse(text) as { Code?: string; Message?: string };
    return { code: Code ?? `HTTP ${status}`, message: Message ?? text, originalStatusCode: null };
  } catch {
    return { code: `HTTP ${status}`, message: text, originalStatusCode: null };
  }
}
