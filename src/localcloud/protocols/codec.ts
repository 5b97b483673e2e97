import type { IncomingHttpHeaders } from 'node:http';
import type { TargetedService } from '../service/operation.ts';

/** A request whose body has been read (within a bound) and, where it came gzipped, unpacked. */
export interface WireRequest {
  method: string;
  /** Path and query string as they stood on the request line. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
  /** Chosen by the server for each request; the same as in the `x-amzn-requestid` header. */
  requestId: string;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

/** One wire protocol: recognises its requests, finds service and operation, runs it, encodes outcome or error. */
export interface ProtocolCodec {
  matches(request: WireRequest): boolean;
  /** Never rejects: what goes wrong becomes an error response in the caller's protocol. */
  handle(request: WireRequest, services: readonly TargetedService[]): Promise<WireResponse>;
}

/** The service in the SigV4 credential scope: `Credential=AKID/20260101/us-east-1/monitoring/aws4_request`. */
export function signingNameOf(headers: IncomingHttpHeaders): string | undefined {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1];
}
