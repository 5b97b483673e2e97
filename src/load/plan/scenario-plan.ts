import type { ContentRef } from '../../core/content.ts';

/** What `--scenario` names. */
export interface ScenarioPlan {
  content: ContentRef;
  /** Only flows with one of these; empty: all. */
  tags: string[];
  excludeTags: string[];
  /** `--wait` was given: it goes before the scenario's own. */
  keepWait: boolean;
}
