import type { LoadTarget } from '../plan/plan.ts';
import type { RequestName } from './locust-tables.ts';

/** What the requests of a run are called in tables: the method, and the path or the endpoint. */
export function requestName(target: LoadTarget): RequestName {
  switch (target.kind) {
    case 'runtime':
      return { method: 'POST', name: `InvokeEndpoint ${target.endpointName}` };
    case 'api':
      return { method: 'POST', name: pathOf(target.url) };
    case 'url':
      return { method: target.method, name: pathOf(target.url) };
  }
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
