import type { ContentRef } from '../../core/content.ts';

/** What `--scenario` names. */
export interface ScenarioPlan {
  content: ContentRef;
  /** What it imports, by path from its own folder: SHA-256. Found by loading it once, before the workers do. */
  modules?: Readonly<Record<string, string>>;
  /** Only flows with one of these; empty: all. */
  tags: string[];
  excludeTags: string[];
  /** `--wait` was given: it goes before the scenario's own. */
  keepWait: boolean;
}
