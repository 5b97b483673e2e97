import type { Clock, Timer } from '../../../core/clock.ts';
import type { Account } from '../../service/account.ts';
import { validationError } from '../../service/operation.ts';
import type { EndpointListener, InstanceHost, VariantCapacity, VariantControl } from '../../service/ports.ts';
import type { EndpointConfig, ProductionVariant } from '../endpoint-configs/endpoint-config.ts';
import { type Model, modelDataUrl } from '../models/model.ts';
import { arnOf } from '../resource/arns.ts';
import type { EndpointEvent, EndpointState, EndpointTiming, Step, WantedVariant } from './endpoint-state.ts';
import { createEndpointState, isChangeable, isDeletable, stepEndpoint } from './endpoint-step.ts';
import { currentCount, nextWakeMs } from './fleet.ts';
import { assertWithinQuota } from './quota.ts';

export interface Endpoint {
  name: string;
  arn: string;
  state: EndpointState;
  /** By configuration name: the one in use and, during an update, the next. */
  configs: Map<string, EndpointConfig>;
  models: Map<string, Model>;
  timer: Timer | undefined;
}

export interface EndpointsOptions extends EndpointTiming {
  account: Account;
  /** Cloud time. */
  clock: Clock;
  /** Most instances of a type. */
  instanceQuota: number;
  host: InstanceHost;
}

/** All endpoints: turns the pure steps of `endpoint-step.ts` into instances that start and stop. */
export class Endpoints implements VariantControl {
  readonly #options: EndpointsOptions;
  readonly #byName = new Map<string, Endpoint>();
  readonly #listeners: EndpointListener[] = [];

  constructor(options: EndpointsOptions) {
    this.#options = options;
  }

  onDeleted(listener: EndpointListener): void {
    this.#listeners.push(listener);
  }

  all(): Endpoint[] {
    return [...this.#byName.values()];
  }

  find(name: string): Endpoint | undefined {
    return this.#byName.get(name);
  }

  /** @throws ServiceError `Could not find endpoint "…".` */
  get(name: string): Endpoint {
    const endpoint = this.#byName.get(name);
    if (!endpoint) throw validationError(`Could not find endpoint "${this.#arn(name)}".`);
    return endpoint;
  }

  create(name: string, config: EndpointConfig, models: Map<string, Model>): Endpoint {
    const arn = this.#arn(name);
    if (this.#byName.has(name)) throw validationError(`Cannot create already existing endpoint "${arn}".`);
    this.#assertWithinQuota(config, initiallyWanted(config), []);
    const { clock } = this.#options;
    const step = createEndpointState(config.name, initiallyWanted(config), clock.nowMs(), this.#options);
    if (!step.state) throw new Error('a new endpoint has a state');
    const configs = new Map([[config.name, config]]);
    const endpoint: Endpoint = { name, arn, state: step.state, configs, models, timer: undefined };
    this.#byName.set(name, endpoint);
    this.#take(endpoint, step);
    return endpoint;
  }

  update(
    endpoint: Endpoint,
    config: EndpointConfig,
    models: Map<string, Model>,
    variants: WantedVariant[],
  ): void {
    this.#assertChangeable(endpoint);
    if (config.name === endpoint.state.configName) {
      throw validationError(
        `Cannot update endpoint "${endpoint.arn}": it already uses that endpoint configuration.`,
      );
    }
    this.#assertWithinQuota(config, variants, []);
    endpoint.configs.set(config.name, config);
    for (const [name, model] of models) endpoint.models.set(name, model);
    this.#apply(endpoint, { type: 'update', configName: config.name, variants });
  }

  /** Variants not named keep what they have. */
  setCapacity(endpoint: Endpoint, wanted: WantedVariant[]): void {
    this.#assertChangeable(endpoint);
    const config = endpoint.configs.get(endpoint.state.configName);
    if (config) this.#assertWithinQuota(config, wanted, endpoint.state.variants);
    this.#apply(endpoint, { type: 'capacity', wanted });
  }

  delete(endpoint: Endpoint): void {
    if (!isDeletable(endpoint.state)) throw inProgress(endpoint);
    this.#apply(endpoint, { type: 'delete' });
  }

  describe(endpointName: string, variantName: string): VariantCapacity | undefined {
    const endpoint = this.find(endpointName);
    const variant = endpoint?.state.variants.find(({ name }) => name === variantName);
    if (!endpoint || !variant) return undefined;
    return {
      endpointStatus: endpoint.state.status,
      instanceType: productionVariant(endpoint, variantName)?.InstanceType ?? '',
      currentInstanceCount: currentCount(variant),
      desiredInstanceCount: variant.desiredCount,
      failureReason: endpoint.state.failureReason,
    };
  }

  setDesiredInstanceCount(endpointName: string, variantName: string, count: number): void {
    const endpoint = this.get(endpointName);
    const variant = findVariant(endpoint, variantName);
    this.setCapacity(endpoint, [
      { name: variantName, desiredCount: count, desiredWeight: variant.desiredWeight },
    ]);
  }

  #assertWithinQuota(config: EndpointConfig, wanted: WantedVariant[], given: WantedVariant[]): void {
    assertWithinQuota(this.all(), config, wanted, given, this.#options.instanceQuota);
  }

  #assertChangeable(endpoint: Endpoint): void {
    if (isChangeable(endpoint.state)) return;
    if (endpoint.state.status === 'Failed') {
      throw validationError(
        `Cannot update endpoint "${endpoint.arn}" in Failed state. It can only be deleted.`,
      );
    }
    throw inProgress(endpoint);
  }

  #apply(endpoint: Endpoint, event: EndpointEvent): void {
    // What an instance says after its endpoint is gone is of no interest.
    if (this.#byName.get(endpoint.name) !== endpoint) return;
    const { clock } = this.#options;
    this.#take(endpoint, stepEndpoint(endpoint.state, event, clock.nowMs(), this.#options));
  }

  #take(endpoint: Endpoint, { state, effects }: Step): void {
    endpoint.timer?.cancel();
    if (state) endpoint.state = state;
    for (const effect of effects) {
      if (effect.type === 'stop-instance') this.#options.host.stop(instanceId(endpoint, effect.id));
      else this.#start(endpoint, effect.id, effect.configName, effect.variantName);
    }
    if (!state) {
      this.#byName.delete(endpoint.name);
      for (const listener of this.#listeners) listener.endpointDeleted(endpoint.name);
      return;
    }
    // Effects may have come back with events of their own, which set a timer of theirs.
    if (endpoint.state !== state) return;
    const wakeMs = nextWakeMs(state);
    if (wakeMs === null) return;
    const { clock } = this.#options;
    endpoint.timer = clock.after(wakeMs - clock.nowMs(), () =>
      this.#apply(endpoint, { type: 'time-passed' }),
    );
  }

  #start(endpoint: Endpoint, id: number, configName: string, variantName: string): void {
    const variant = endpoint.configs.get(configName)?.variants.find((one) => one.VariantName === variantName);
    const model = variant && endpoint.models.get(variant.ModelName);
    if (!variant || !model) throw new Error(`no model for ${configName}/${variantName}`);
    const { container } = model;
    const spec = {
      instanceId: instanceId(endpoint, id),
      endpointName: endpoint.name,
      variantName,
      instanceType: variant.InstanceType,
      image: container.Image,
      modelDataUrl: modelDataUrl(container),
      environment: container.Environment ?? {},
      isUsers: model.isUsers,
      healthCheckTimeoutMs: (variant.ContainerStartupHealthCheckTimeoutInSeconds ?? 240) * 1_000,
    };
    this.#options.host.start(spec, {
      ready: () => this.#apply(endpoint, { type: 'instance-ready', id }),
      failed: (reason) => this.#apply(endpoint, { type: 'instance-failed', id, reason }),
      crashed: () => this.#apply(endpoint, { type: 'instance-crashed', id }),
      ended: () => this.#apply(endpoint, { type: 'instance-ended', id }),
    });
  }

  #arn(name: string): string {
    return arnOf(this.#options.account, 'endpoint', name);
  }
}

export function initiallyWanted(config: EndpointConfig): WantedVariant[] {
  return config.variants.map((variant) => ({
    name: variant.VariantName,
    desiredCount: variant.InitialInstanceCount,
    desiredWeight: variant.InitialVariantWeight ?? 1,
  }));
}

export function instanceId(endpoint: Endpoint, id: number): string {
  return `${endpoint.name}/${id}`;
}

export function productionVariant(endpoint: Endpoint, variantName: string): ProductionVariant | undefined {
  return endpoint.configs
    .get(endpoint.state.configName)
    ?.variants.find(({ VariantName }) => VariantName === variantName);
}

/** @throws ServiceError if the endpoint has no such variant */
export function findVariant(endpoint: Endpoint, variantName: string): WantedVariant {
  const variant = endpoint.state.variants.find(({ name }) => name === variantName);
  if (!variant) {
    throw validationError(
      `The variant name(s) "${variantName}" is/are not present within endpoint configuration "${endpoint.state.configName}".`,
    );
  }
  return variant;
}

function inProgress(endpoint: Endpoint) {
  return validationError(`Cannot update in-progress endpoint "${endpoint.arn}".`);
}
