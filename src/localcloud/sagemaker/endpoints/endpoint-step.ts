import type {
  EndpointEffect,
  EndpointEvent,
  EndpointState,
  EndpointTiming,
  Step,
  VariantState,
  WantedVariant,
} from './endpoint-state.ts';
import {
  drainSurplus,
  eachInstance,
  emptyVariant,
  isComplete,
  startMissing,
  withoutInstance,
} from './fleet.ts';

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
export function createEndpointState(
  configName: string,
  wanted: WantedVariant[],
  nowMs: number,
  { createTimeMs }: EndpointTiming,
): Step {
  const blank: EndpointState = {
    status: 'Creating',
    configName,
    variants: wanted.map(emptyVariant),
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
  return after.state ? followUp(after.state, after.effects, nowMs) : after;
}

export function isChangeable(state: EndpointState): boolean {
  return state.status === 'InService';
}

export function isDeletable(state: EndpointState): boolean {
  return state.status === 'InService' || state.status === 'Failed';
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
          instance.id !== event.id
            ? instance
            : {
                ...instance,
                ready: false,
                phase: instance.phase === 'serving' ? 'restarting' : instance.phase,
              },
        ),
      );
    case 'instance-ended':
      return unchanged(withoutInstance(state, event.id));
    case 'instance-failed':
      return fail(withoutInstance(state, event.id), event.reason, nowMs);
    case 'capacity': {
      const variants = state.variants.map((variant) => ({
        ...variant,
        ...event.wanted.find(({ name }) => name === variant.name),
      }));
      const before = state.variants.map(wantedNow);
      const updating: EndpointState = { ...state, status: 'Updating', variants, before, failureReason: null };
      return startMissing({ ...updating, modifiedAtMs: nowMs }, nowMs + timing.provisionTimeMs);
    }
    case 'update': {
      const next = { configName: event.configName, variants: event.variants.map(emptyVariant) };
      const updating: EndpointState = { ...state, status: 'Updating', next, failureReason: null };
      // A deployment, as the first one was: nobody watches it scale.
      return startMissing({ ...updating, modifiedAtMs: nowMs }, nowMs + timing.createTimeMs);
    }
    case 'delete': {
      const empty = state.variants.map((variant) => ({ ...variant, desiredCount: 0 }));
      return unchanged({ ...state, status: 'Deleting', variants: empty, modifiedAtMs: nowMs });
    }
  }
}

/** What follows from the state alone: instances come into service, surplus ones drain, statuses end. */
function followUp(given: EndpointState, effects: EndpointEffect[], nowMs: number): Step {
  let state = eachInstance(given, (instance) =>
    instance.phase === 'starting' && instance.ready && instance.notBeforeMs <= nowMs
      ? { ...instance, phase: 'serving' }
      : instance,
  );
  if (state.next?.variants.every(isComplete)) state = shiftTraffic(state);
  const drained = drainSurplus(state);
  state = drained.state;
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

function wantedNow({ name, desiredCount, desiredWeight }: VariantState): WantedVariant {
  return { name, desiredCount, desiredWeight };
}

function unchanged(state: EndpointState): Step {
  return { state, effects: [] };
}
