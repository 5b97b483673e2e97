/** What the resource engine tells while it works; `name` is the cloud's own name of the resource. */
export type ResourceEvent =
  | { type: 'resource-started'; verb: 'ensure' | 'remove'; kind: string; name: string }
  /** Still waiting: the state last observed, for a spinner's text. */
  | {
      type: 'resource-waiting';
      verb: 'ensure' | 'remove';
      kind: string;
      name: string;
      state: string;
      elapsedMs: number;
    }
  | {
      type: 'resource-done';
      verb: 'ensure' | 'remove';
      kind: string;
      name: string;
      outcome: 'created' | 'updated' | 'unchanged' | 'removed' | 'absent' | 'kept';
      elapsedMs: number;
    }
  | {
      type: 'resource-failed';
      verb: 'ensure' | 'remove';
      kind: string;
      name: string;
      message: string;
      remedy: string;
    };
