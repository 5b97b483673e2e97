/**
 * What a scenario file exports, and what its functions are given. This file stands alone: its types are the package's
 * `mlbench/scenario`.
 *
 *     import { defineScenario } from 'mlbench/scenario';
 *     export default defineScenario({ flows: [{ name: 'predict', request: { body: { instances: [[1, 2]] } } }] });
 */
export interface Scenario<Data = unknown, State = Record<string, unknown>> {
  /**
   * Once, before the first user. What it returns (plain data: it is copied to the load's threads) is every user's
   * `data`.
   */
  setup?(run: ScenarioRun): Data | Promise<Data>;
  /** Once, when the load has ended, however it did. */
  teardown?(data: Data, run: ScenarioRun): void | Promise<void>;
  /** Makes a user's own state, before the first of its flows with code. Left out: an empty object. */
  state?(user: { index: number; data: Data }): State;
  /**
   * Between a user's flows, as `--wait`: `none`, `between:1s,3s`, `pacing:1s` … A `--wait` on the command line goes
   * before it.
   */
  wait?: string;
  /** Each time, a user does one of these, chosen by weight. */
  flows: readonly Flow<Data, State>[];
}

export type Flow<Data = unknown, State = Record<string, unknown>> = {
  name: string;
  /** Above 0; 1 unless given. */
  weight?: number;
  /** For `--tags` and `--exclude-tags`. */
  tags?: readonly string[];
} & (
  | { run(user: ScenarioUser<Data, State>): void | Promise<void> }
  /** A flow of one request: always the same, and looked at once; or what makes it each time. */
  | { request: ScenarioRequest | ((user: ScenarioUser<Data, State>) => ScenarioRequest) }
);

export interface ScenarioRun {
  /** Base URL of the service. */
  url: string;
  /** With SageMaker's runtime. */
  endpointName: string | null;
  seed: number;
}

export interface ScenarioUser<Data = unknown, State = Record<string, unknown>> {
  /** Counted from 0 over all threads. */
  readonly index: number;
  readonly data: Data;
  /** This user's own, from flow to flow. */
  readonly state: State;
  /** Seeded: in [0, 1). */
  random(): number;
  /** The next body of `--data`, else that of `--body`. */
  payload(): Uint8Array;
  /** Sends a request to the service, counted and measured under its name. Never rejects for what the service did. */
  request(request?: ScenarioRequest): Promise<ScenarioResponse>;
  pause(ms: number): Promise<void>;
}

export interface ScenarioRequest {
  /** What it is counted under; the flow's name unless given. At most 64 names a run. */
  name?: string;
  /** POST with a body, else GET; what the command line says if neither path nor body is given. */
  method?: string;
  /** With its query, from `/` on. Left out: the URL's own, or the endpoint's. */
  path?: string;
  /**
   * Beside those of the command line, each instead of one of the same name; several values of one name are a line each.
   */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes as they are, anything else as JSON. Left out without a path: the next of `--data`, or `--body`. */
  body?: string | Uint8Array | object;
  /** What makes it a success. Left out: a status below 400. */
  expect?: Expected;
}

export interface Expected {
  status?: number | readonly number[];
  /** Text that the body contains, or what it matches. */
  body?: string | RegExp;
  /** Anything else: true, or what is wrong in words. */
  check?(response: ScenarioResponse): boolean | string;
}

export interface ScenarioResponse {
  /** 0: no answer came. */
  readonly status: number;
  /** It was counted as a success. */
  readonly ok: boolean;
  /** Why not. */
  readonly error: string | null;
  /** Lower-case names; of repeated ones all values, separated by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most 1 MiB of it is kept. */
  readonly body: Uint8Array;
  text(): string;
  /** @throws SyntaxError */
  json(): unknown;
}

/** Only for the types: returns what it is given. */
export function defineScenario<Data = undefined, State = Record<string, unknown>>(
  scenario: Scenario<Data, State>,
): Scenario<Data, State> {
  return scenario;
}
