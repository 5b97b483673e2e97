import type { ResourceKind } from '../engine/resource.ts';

/** How a background process of one folder is started, found and stopped; handed in by whoever knows the program. */
export interface BackgroundControl<Options, Process> {
  start(options: Options): Promise<Process>;
  /** Undefined where none is there; not `healthy`: it does not answer. */
  find(): Promise<{ process: Process; healthy: boolean } | undefined>;
  stop(): Promise<unknown>;
}

export interface BackgroundSpec<Options> {
  name: string;
  options: Options;
}

/** A background process as a resource: the stand-in, the API's local front. */
export function backgroundKind<Options, Process>(behaviour: {
  kind: string;
  control: BackgroundControl<Options, Process>;
  /** Whether a process that runs will do; otherwise it is started anew. */
  agrees(running: Process, wanted: Options): boolean;
  /** Asked before it is removed; false leaves it to its other users. */
  mayStop(running: Process): boolean;
}): ResourceKind<BackgroundSpec<Options>, Process> {
  const { kind, control, agrees, mayStop } = behaviour;
  return {
    kind,
    onThisMachine: true,
    identify: (spec) => ({ name: spec.name }),
    differences: ({ options }, running) =>
      agrees(running, options) ? [] : ['started anew with other options'],
    async describe() {
      const found = await control.find();
      return found && { state: found.process };
    },
    async ensure(spec, scope) {
      const found = await control.find();
      if (found?.healthy && agrees(found.process, spec.options)) {
        return { outcome: 'unchanged', state: found.process };
      }
      if (found) await control.stop();
      scope.waiting('starting');
      const state = await control.start(spec.options);
      return { outcome: found ? 'updated' : 'created', state };
    },
    async remove() {
      const found = await control.find();
      if (found && !mayStop(found.process)) return 'kept';
      await control.stop();
      return 'removed';
    },
  };
}
