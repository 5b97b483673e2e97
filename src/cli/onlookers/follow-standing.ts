import type { Emit } from '../../core/events.ts';
import type { CommandEvent } from '../../experiment/context/context.ts';
import type { FollowedRun, RunFollower } from '../../load/run/run-follower.ts';
import { createStanding } from '../../load/run/standing.ts';

/** Tells once a second how a run stands: the checks and expectations as the record would have them now. */
export function followStanding(run: FollowedRun, emit: Emit<CommandEvent>): RunFollower {
  const standing = createStanding(run);
  return {
    observe(event) {
      standing.observe(event);
      if (event.type !== 'load-interval' || event.interval.brief) return;
      const result = standing.result();
      if (result !== null) emit({ type: 'load-standing', result });
    },
    record() {},
    sight() {},
    outlook() {},
    watching() {},
    ended: () => standing.close(),
  };
}
