import type { RecordedCall } from './recorded-call.ts';

/** How requests tell their operation, from botocore's models. */
export interface Routes {
  /** Prefix of the `x-amz-target` header → service. */
  targets: Record<string, string>;
  /** Signing name of a service that takes forms (`Action=…`) → service. */
  forms: Record<string, string>;
  paths: PathRoute[];
}

interface PathRoute {
  service: string;
  signedFor: string;
  operation: string;
  method: string;
  /** `/v2/apis/{apiId}`, `/{Bucket}/{Key+}?uploads` */
  uri: string;
}

export type Request = Pick<RecordedCall, 'method' | 'url' | 'headers' | 'body'>;

/**
 * Which call a request is.
 * @throws Error for one that no model knows: a test must not let it through unseen
 */
export function nameCall(request: Request, routes: Routes): Pick<RecordedCall, 'service' | 'operation'> {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) {
    const [prefix = '', operation = ''] = target.split('.');
    const service = routes.targets[prefix];
    if (service !== undefined) return { service, operation };
  }
  const signedFor =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const form = routes.forms[signedFor];
  const action = form && new URLSearchParams(request.body.toString()).get('Action');
  if (form && action) return { service: form, operation: action };
  const found = byPath(request, signedFor, routes.paths);
  if (found) return found;
  throw new Error(`no model knows ${request.method} ${request.url} (signed for ${signedFor})`);
}

/** Of several that match, the one that says most: S3 tells its operations apart by words of the query. */
function byPath(
  { method, url }: Request,
  signedFor: string,
  paths: readonly PathRoute[],
): PathRoute | undefined {
  const { pathname, searchParams } = new URL(url, 'http://aws');
  const candidates = paths.filter(
    (route) => route.signedFor === signedFor && route.method === method && pathMatches(route.uri, pathname),
  );
  const named = candidates.find((route) => route.operation === searchParams.get('x-id'));
  if (named) return named;
  return candidates
    .filter((route) =>
      queryOf(route.uri).every(
        ([name, value]) => searchParams.has(name) && (value === '' || searchParams.get(name) === value),
      ),
    )
    .toSorted((a, b) => specificity(b) - specificity(a))[0];
}

const patterns = new Map<string, RegExp>();

function pathMatches(uri: string, pathname: string): boolean {
  const pattern = patterns.get(uri) ?? patternOf(uri);
  patterns.set(uri, pattern);
  return pattern.test(pathname);
}

function patternOf(uri: string): RegExp {
  const pattern = uri
    .split('?')[0]!
    .replace(/[.*^$()|[\]\\]/g, '\\$&')
    .replace(/\{\w+\+\}/g, '.+')
    .replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}/?$`);
}

function queryOf(uri: string): [string, string][] {
  return [...new URLSearchParams(uri.split('?')[1] ?? '')];
}

function specificity({ uri }: PathRoute): number {
  return queryOf(uri).length * 100 - (uri.match(/\{/g)?.length ?? 0);
}
