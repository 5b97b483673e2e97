import type { HttpApiResponse } from './payload.ts';

/**
 * Lets web pages of other origins read an answer (CORS), as Chalice's `cors=True` does with its list of headers.
 * @param origin whose page asks: the request's `Origin`
 * @param origins whose pages may: `*` is everybody's
 */
export function withCrossOrigin(
  response: HttpApiResponse,
  origin: string | undefined,
  origins: readonly string[],
): HttpApiResponse {
  const allowed = origins.includes('*') ? '*' : origins.find((one) => isSame(one, origin));
  if (allowed === undefined) return response;
  Object.assign(response.headers, {
    'access-control-allow-origin': allowed,
    'access-control-expose-headers':
      'x-request-id, x-mlbench-upstream-latency-us, x-amzn-invoked-production-variant, retry-after',
    // The answer is not the same for every page.
    ...(allowed === '*' ? {} : { vary: 'Origin' }),
  });
  return response;
}

/** The answer to a page's question whether it may ask. */
export function preflight(methods: readonly string[]): HttpApiResponse {
  return {
    statusCode: 204,
    headers: {
      'access-control-allow-methods': methods.join(','),
      'access-control-allow-headers': 'Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key',
      'access-control-max-age': '600',
    },
    body: '',
    isBase64Encoded: false,
  };
}

function isSame(one: string, origin: string | undefined): boolean {
  return one.toLowerCase() === origin?.toLowerCase();
}
