import type { BackgroundProcess } from '../core/background-files.ts';
import type { ResourceKind } from './resource.ts';

/** How a background process of one folder is started, found and stopped; handed in by whoever knows the program. */
export interface BackgroundControl<Options> {
  start(options: Options): Promise<BackgroundProcess<Options>>;
  /** Undefined where none is there. */
  find(): Promise<{ state: 'running' | 'unresponsive'; process: BackgroundProcess<Options> } | undefined>;
  stop(): Promise<unknown>;
}

export interface BackgroundSpec<Options> {
  name: string;
  options: Options;
}

/**
 * A background process as a resource: the stand-in (`stand-in`) and the API's local front (`api`).
 * @param agrees whether a process that runs with those options will do
 * @param mayStop asked before it is removed; false leaves it to its other users
 */
export function backgroundKind<Options>(
  kind: string,
  control: BackgroundControl<Options>,
  agrees: (running: Options, wanted: Options) => boolean,
  mayStop: () => boolean = () => true,
): ResourceKind<BackgroundSpec<Options>, BackgroundProcess<Options>> {
  return {
    kind,
    identify: (spec) => ({ name: spec.name }),
    async describe() {
      const found = await control.find();
      return found && { state: found.process };
    },
    async ensure(spec, scope) {
      const found = await control.find();
      if (found?.state === 'running' && agrees(found.process.options, spec.options)) {
        return { outcome: 'unchanged', state: found.process };
      }
      if (found) await control.stop();
      scope.waiting('starting');
      const state = await control.start(spec.options);
      return { outcome: found ? 'updated' : 'created', state };
    },
    async remove() {
      if (!mayStop()) return 'kept';
      await control.stop();
      return 'removed';
    },
  };
}
