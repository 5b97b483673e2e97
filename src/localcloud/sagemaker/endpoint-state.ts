/**
 * An endpoint's life as pure steps.
 *
 *   status       event                                    → status        what happens
 *   ──────────── ──────────────────────────────────────── ─────────────── ─────────────────────────────────────────────
 *   Creating     every variant has its instances serving  → InService
 *   Creating     an instance fails its health check       → Failed        the others are stopped
 *   InService    capacity (counts, weights)               → Updating      missing instances start, surplus ones drain
 *   InService    update (another configuration)           → Updating      a second fleet starts beside the first
 *   Updating     every count reached, nothing draining    → InService     weights take effect
 *   Updating     second fleet serves                      → Updating      traffic moves to it, the first fleet drains
 *   Updating     an instance fails its health check       → RollingBack   new instances are stopped, old counts return
 *   RollingBack  old counts reached, nothing draining     → InService     with a failure reason
 *   InService    an instance crashes                      → InService     it leaves routing until it is ready again
 *   InService    delete                                   → Deleting      everything drains
 *   Failed       delete                                   → Deleting
 *   Deleting     no instance is left                      → (gone)
 *
 * SystemUpdating is AWS's own maintenance: nothing here causes it. In every status but InService and Failed, changes
 * and deletion are refused.
 *
 *   instance:  starting ──ready, and its time has come──▶ serving ──crashed──▶ restarting ──ready──▶ serving
 *              starting, serving, restarting ──stop──▶ draining ──ended──▶ (gone)
 */
export type EndpointStatus =
  | 'Creating'
  | 'InService'
  | 'Updating'
  | 'SystemUpdating'
  | 'RollingBack'
  | 'Deleting'
  | 'Failed';

export interface EndpointState {
  status: EndpointStatus;
  configName: string;
  /** The fleet that serves. */
  variants: VariantState[];
  /** The fleet of another configuration, while it comes up. */
  next: { configName: string; variants: VariantState[] } | null;
  /** Instances of a fleet that was replaced, while they drain. */
  retired: InstanceState[];
  /** Counts and weights to return to if a capacity change fails. */
  before: VariantTarget[] | null;
  failureReason: string | null;
  createdAtMs: number;
  modifiedAtMs: number;
  /** Numbers instances, so that an id is never used twice. */
  nextInstance: number;
}

export interface VariantTarget {
  name: string;
  desiredCount: number;
  desiredWeight: number;
}

export interface VariantState extends VariantTarget {
  currentWeight: number;
  instances: InstanceState[];
}

export interface InstanceState {
  id: number;
  phase: 'starting' | 'serving' | 'restarting' | 'draining';
  /** Its container answered the ping. */
  ready: boolean;
  /** Cloud time before which it does not serve: creation or provisioning takes that long. */
  notBeforeMs: number;
}

export type EndpointEvent =
  | { type: 'time-passed' }
  | { type: 'instance-ready'; id: number }
  /** It never became healthy. */
  | { type: 'instance-failed'; id: number; reason: string }
  /** It was serving and ended by itself; its host starts it again. */
  | { type: 'instance-crashed'; id: number }
  | { type: 'instance-ended'; id: number }
  | { type: 'capacity'; targets: VariantTarget[] }
  | { type: 'update'; configName: string; variants: VariantTarget[] }
  | { type: 'delete' };

export type EndpointEffect =
  | { type: 'start-instance'; id: number; configName: string; variantName: string }
  | { type: 'stop-instance'; id: number };

export interface Step {
  /** Null once the endpoint is gone. */
  state: EndpointState | null;
  effects: EndpointEffect[];
}

export interface EndpointTiming {
  provisionTimeMs: number;
}

export function createEndpointState(
  configName: string,
  targets: VariantTarget[],
  nowMs: number,
  createTimeMs: number,
): Step {
  const blank: EndpointState = {
    status: 'Creating',
    configName,
    variants: targets.map(emptyVariant),
    next: null,
    retired: [],
    before: null,
    failureReason: null,
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    nextInstance: 1,
  };
  return startMissing(blank, nowMs + createTimeMs);
}

/** Commands (`capacity`, `update`, `delete`) are given only where `isChangeable` or, for `delete`, `isDeletable`. */
export function stepEndpoint(
  state: EndpointState,
  event: EndpointEvent,
  nowMs: number,
  timing: EndpointTiming,
): Step {
  const after = apply(state, event, nowMs, timing);
  return after.state ? settle(after.state, after.effects, nowMs) : after;
}

export function isChangeable(state: EndpointState): boolean {
  return state.status === 'InService';
}

export function isDeletable(state: EndpointState): boolean {
  return state.status === 'InService' || state.status === 'Failed';
}

/** Instances that exist for the caller: a container that restarts is still on its instance. */
export function currentCount(variant: VariantState): number {
  return variant.instances.filter(({ phase }) => phase === 'serving' || phase === 'restarting').length;
}

/** When time alone changes something next; null if it does not. */
export function nextWakeMs(state: EndpointState): number | null {
  const waiting = [...state.variants, ...(state.next?.variants ?? [])]
    .flatMap(({ instances }) => instances)
    .filter(({ phase, ready }) => phase === 'starting' && ready)
    .map(({ notBeforeMs }) => notBeforeMs);
  return waiting.length > 0 ? Math.min(...waiting) : null;
}

function apply(state: EndpointState, event: EndpointEvent, nowMs: number, timing: EndpointTiming): Step {
  switch (event.type) {
    case 'time-passed':
      return { state, effects: [] };
    case 'instance-ready':
      return unchanged(
        eachInstance(state, (instance) =>
          instance.id !== event.id
            ? instance
            : {
                ...instance,
                ready: true,
                phase: instance.phase === 'restarting' ? 'serving' : instance.phase,
              },
        ),
      );
    case 'instance-crashed':
      return unchanged(
        eachInstance(state, (instance) =>
          instance.id === event.id && instance.phase === 'serving'
            ? { ...instance, ready: false, phase: 'restarting' }
            : instance,
        ),
      );
    case 'instance-ended':
      return unchanged(withoutInstance(state, event.id));
    case 'instance-failed':
      return fail(withoutInstance(state, event.id), event.reason, nowMs);
    case 'capacity': {
      const variants = state.variants.map((variant) => ({
        ...variant,
        ...event.targets.find(({ name }) => name === variant.name),
      }));
      const before = state.variants.map(targetOf);
      const updating: EndpointState = { ...state, status: 'Updating', variants, before, failureReason: null };
      return startMissing({ ...updating, modifiedAtMs: nowMs }, nowMs + timing.provisionTimeMs);
    }
    case 'update': {
      const next = { configName: event.configName, variants: event.variants.map(emptyVariant) };
      const updating: EndpointState = { ...state, status: 'Updating', next, failureReason: null };
      return startMissing({ ...updating, modifiedAtMs: nowMs }, nowMs + timing.provisionTimeMs);
    }
    case 'delete': {
      const empty = state.variants.map((variant) => ({ ...variant, desiredCount: 0 }));
      return unchanged({ ...state, status: 'Deleting', variants: empty, modifiedAtMs: nowMs });
    }
  }
}

/** What follows from the state alone: instances come into service, surplus ones drain, statuses end. */
function settle(given: EndpointState, effects: EndpointEffect[], nowMs: number): Step {
  let state = eachInstance(given, (instance) =>
    instance.phase === 'starting' && instance.ready && instance.notBeforeMs <= nowMs
      ? { ...instance, phase: 'serving' }
      : instance,
  );
  if (state.next?.variants.every(isComplete)) state = shiftTraffic(state);
  const drained = drainSurplus(state);
  state = drained.state ?? state;
  const all = [...effects, ...drained.effects];
  const busy = state.next !== null || state.retired.length > 0 || !state.variants.every(isComplete);
  if (state.status === 'Deleting') {
    const left = state.retired.length + state.variants.flatMap(({ instances }) => instances).length;
    return { state: left === 0 ? null : state, effects: all };
  }
  if (busy || !['Creating', 'Updating', 'RollingBack'].includes(state.status)) return { state, effects: all };
  const variants = state.variants.map((variant) => ({ ...variant, currentWeight: variant.desiredWeight }));
  return {
    state: { ...state, status: 'InService', variants, before: null, modifiedAtMs: nowMs },
    effects: all,
  };
}

function fail(state: EndpointState, reason: string, nowMs: number): Step {
  const failed: EndpointState = { ...state, failureReason: reason, modifiedAtMs: nowMs };
  switch (state.status) {
    case 'Creating': {
      const empty = state.variants.map((variant) => ({ ...variant, desiredCount: 0 }));
      return unchanged({ ...failed, status: 'Failed', variants: empty });
    }
    case 'Updating': {
      const { before, next } = state;
      const variants = state.variants.map((variant) => ({
        ...variant,
        ...before?.find(({ name }) => name === variant.name),
      }));
      const retired = [...state.retired, ...(next?.variants ?? []).flatMap(({ instances }) => instances)];
      return unchanged({ ...failed, status: 'RollingBack', variants, next: null, before: null, retired });
    }
    default:
      return unchanged(state);
  }
}

function shiftTraffic(state: EndpointState): EndpointState {
  if (!state.next) return state;
  const retired = [...state.retired, ...state.variants.flatMap(({ instances }) => instances)];
  return { ...state, configName: state.next.configName, variants: state.next.variants, next: null, retired };
}

/** Surplus instances leave: those not serving yet first, then the youngest. */
function drainSurplus(state: EndpointState): Step {
  const effects: EndpointEffect[] = [];
  const drain = (instance: InstanceState): InstanceState => {
    if (instance.phase === 'draining') return instance;
    effects.push({ type: 'stop-instance', id: instance.id });
    return { ...instance, phase: 'draining' };
  };
  const variants = state.variants.map((variant) => {
    const surplus = active(variant).length - variant.desiredCount;
    if (surplus <= 0) return variant;
    const leaving = new Set(
      active(variant)
        .toSorted((a, b) => rank(b) - rank(a) || b.id - a.id)
        .slice(0, surplus),
    );
    return {
      ...variant,
      instances: variant.instances.map((instance) => (leaving.has(instance) ? drain(instance) : instance)),
    };
  });
  return { state: { ...state, variants, retired: state.retired.map(drain) }, effects };
}

function startMissing(state: EndpointState, notBeforeMs: number): Step {
  const effects: EndpointEffect[] = [];
  let { nextInstance } = state;
  const fill = (variant: VariantState, configName: string): VariantState => {
    const instances = [...variant.instances];
    for (let missing = variant.desiredCount - active(variant).length; missing > 0; missing--) {
      const id = nextInstance++;
      instances.push({ id, phase: 'starting', ready: false, notBeforeMs });
      effects.push({ type: 'start-instance', id, configName, variantName: variant.name });
    }
    return { ...variant, instances };
  };
  const { next } = state;
  const started: EndpointState = {
    ...state,
    variants: state.variants.map((variant) => fill(variant, state.configName)),
    next: next && { ...next, variants: next.variants.map((variant) => fill(variant, next.configName)) },
  };
  return { state: { ...started, nextInstance }, effects };
}

function active(variant: VariantState): InstanceState[] {
  return variant.instances.filter(({ phase }) => phase !== 'draining');
}

const rank = ({ phase }: InstanceState) => ({ starting: 2, restarting: 1, serving: 0, draining: 0 })[phase];

function isComplete(variant: VariantState): boolean {
  return currentCount(variant) === variant.desiredCount && variant.instances.length === variant.desiredCount;
}

function eachInstance(
  state: EndpointState,
  change: (instance: InstanceState) => InstanceState,
): EndpointState {
  const inVariants = (variants: VariantState[]) =>
    variants.map((variant) => ({ ...variant, instances: variant.instances.map(change) }));
  const { next } = state;
  return {
    ...state,
    variants: inVariants(state.variants),
    next: next && { ...next, variants: inVariants(next.variants) },
    retired: state.retired.map(change),
  };
}

function withoutInstance(state: EndpointState, id: number): EndpointState {
  const inVariants = (variants: VariantState[]) =>
    variants.map((variant) => ({ ...variant, instances: variant.instances.filter((one) => one.id !== id) }));
  const { next } = state;
  return {
    ...state,
    variants: inVariants(state.variants),
    next: next && { ...next, variants: inVariants(next.variants) },
    retired: state.retired.filter((one) => one.id !== id),
  };
}

function emptyVariant(target: VariantTarget): VariantState {
  return { ...target, currentWeight: target.desiredWeight, instances: [] };
}

function targetOf({ name, desiredCount, desiredWeight }: VariantState): VariantTarget {
  return { name, desiredCount, desiredWeight };
}

function unchanged(state: EndpointState): Step {
  return { state, effects: [] };
}
