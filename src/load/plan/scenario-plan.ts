/** What `--scenario` names. */
export interface ScenarioPlan {
  /** Absolute path. */
  file: string;
  /** Only flows with one of these; empty: all. */
  tags: string[];
  excludeTags: string[];
  /** `--wait` was given: it goes before the scenario's own. */
  keepWait: boolean;
}
