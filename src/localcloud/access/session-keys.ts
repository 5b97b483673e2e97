import type { Clock } from '../../core/clock.ts';

/** What AssumeRole gave to a caller who was proved to be the user. */
export interface SessionKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Of the wall's clock. */
  expiresMs: number;
}

/** The last of them: a script that takes a role before each call must not fill the memory. */
export function createSessionKeys(clock: Clock, most = 1_000) {
  const byId = new Map<string, SessionKey>();
  return {
    find: (accessKeyId: string) => byId.get(accessKeyId),
    add(key: SessionKey): void {
      byId.set(key.accessKeyId, key);
      for (const [id, { expiresMs }] of byId) {
        // One that has just expired is still told so.
        const isLongGone = expiresMs + forgottenAfterMs < clock.nowMs();
        if (isLongGone || byId.size > most) byId.delete(id);
      }
    },
  };
}

const forgottenAfterMs = 3_600_000;
