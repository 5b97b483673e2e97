import type { Destination } from '../plan/plan.ts';
import { pathOf } from './request-url.ts';

/** What a request is called where no scenario names it: `POST`, `/evaluate`. */
export interface RequestName {
  method: string;
  name: string;
}

/** The method, and the path or the endpoint. */
export function requestName(destination: Destination): RequestName {
  switch (destination.kind) {
    case 'runtime':
      return { method: 'POST', name: `InvokeEndpoint ${destination.endpointName}` };
    case 'api':
      return { method: 'POST', name: pathOf(destination.url) };
    case 'url':
      return { method: destination.method, name: pathOf(destination.url) };
  }
}
