/** What makes a worker's requests: closed users, or arrivals. */
export interface LoadDriver {
  /** Active at this moment. */
  readonly users: number;
  start(): void;
  /** Nothing new is sent from here on; `drained` is told once nothing is in flight. */
  stop(): void;
  /** The stop timeout has passed: what is in flight is given up. */
  abandon(nowMs: number): void;
}
