import type {
  EndpointEffect,
  EndpointState,
  InstanceState,
  VariantState,
  WantedVariant,
} from './endpoint-state.ts';

/** Pure moves on the instances of an endpoint; `endpoint-step.ts` decides which. */
export interface Moved {
  state: EndpointState;
  effects: EndpointEffect[];
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

export function startMissing(state: EndpointState, notBeforeMs: number): Moved {
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

/** Surplus instances leave: those not serving yet first, then the youngest. */
export function drainSurplus(state: EndpointState): Moved {
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

export function eachInstance(
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

export function withoutInstance(state: EndpointState, id: number): EndpointState {
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

export function isComplete(variant: VariantState): boolean {
  return currentCount(variant) === variant.desiredCount && variant.instances.length === variant.desiredCount;
}

export function emptyVariant(target: WantedVariant): VariantState {
  return { ...target, currentWeight: target.desiredWeight, instances: [] };
}

function active(variant: VariantState): InstanceState[] {
  return variant.instances.filter(({ phase }) => phase !== 'draining');
}

const rank = ({ phase }: InstanceState) => ({ starting: 2, restarting: 1, serving: 0, draining: 0 })[phase];
