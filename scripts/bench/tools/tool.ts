/** What a generator is asked to do: the same request over and over on keep-alive connections, until it is ended. */
export interface Job {
  kind: Kind;
  /** Where to send it; for signed kinds too, whose endpoint this path names. */
  url: URL;
  connections: number;
  /** A file with the request's body. */
  bodyFile: string;
  /** The certificate that the server shows, PEM. */
  caFile: string;
  /** A folder of the run's own, removed at its end. */
  folder: string;
  /** mlbench alone: each user sends this often; without it, as soon as the last answer is in. */
  pacingMs?: number;
  /** mlbench alone: arrivals of the open model a second, at random intervals. */
  rateRps?: number;
}

/** `signed` is a SageMaker InvokeEndpoint call with Signature Version 4; the others carry no signature. */
export type Kind = 'plain' | 'signed' | 'tls' | 'signedTls';

export const kindNames: Readonly<Record<Kind, string>> = {
  plain: 'plain',
  signed: 'signed',
  tls: 'TLS',
  signedTls: 'signed, TLS',
};

export interface Launch {
  command: string[];
  env?: Record<string, string>;
}

/** A load generator: how it is found, installed by its ordinary package, and told to do a job. */
export interface Tool {
  name: string;
  kinds: readonly Kind[];
  /** Connections it can hold in reasonable memory. */
  mostConnections: number;
  /** @returns its version, or undefined where it is not installed */
  version(): Promise<string | undefined>;
  /** What installs it, for the document; run by `--install`. */
  install: readonly (readonly string[])[];
  launch(job: Job): Launch;
}

export const contentType = 'application/json';
export const requestBody = '{"instances":[{"bill_length_mm":39.1,"bill_depth_mm":18.7}]}';
export const endpointName = 'bench';
/** InvokeEndpoint's path, so that signed and unsigned tools ask the same location. */
export const requestPath = `/endpoints/${endpointName}/invocations`;
/** Any will do: the server checks no signature. */
export const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
export const region = 'us-east-1';

export function isSecure(kind: Kind): boolean {
  return kind === 'tls' || kind === 'signedTls';
}

export function isSigned(kind: Kind): boolean {
  return kind === 'signed' || kind === 'signedTls';
}

/** Longer than any measurement: the bench ends a generator when it has seen enough of it. */
export const endlessSeconds = 3_600;
