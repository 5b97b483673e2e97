import type { InstanceType } from '../../../catalog/instance-types.ts';

/** Names the containers of a stand-in: of this one process, and of all that ever ran in its state folder. */
export interface ContainerLabels {
  standIn: string;
  owner: string;
}

export interface ContainerRunSpec {
  name: string;
  instanceId: string;
  labels: ContainerLabels;
  image: string;
  type: InstanceType;
  /** CPUs that the container engine has: it refuses to promise more. */
  containerEngineCpus: number;
  /** Null: the image holds its model. */
  modelFolder: string | null;
  /** A file of `NAME=value` lines. */
  environmentFile: string;
  environment: Record<string, string>;
}

/** The port of SageMaker's contract. */
export const containerPort = 8_080;

/**
 * `docker run`, in the foreground: its output is the container's, and it ends with it. The container has the instance
 * type's CPUs and memory, no swap, and is removed when it has ended.
 */
export function runArguments(spec: ContainerRunSpec): string[] {
  const { name, labels, type, modelFolder } = spec;
  const memory = `${Math.round(type.memoryGib * 1_024)}m`;
  return [
    'run',
    '--rm',
    // Never fetched: SageMaker's own registry is out of reach here.
    '--pull=never',
    `--name=${name}`,
    `--label=${standInLabel(labels.standIn)}`,
    `--label=${ownerLabel(labels.owner)}`,
    `--label=mlbench.instance=${spec.instanceId}`,
    `--cpus=${Math.min(type.vcpus, spec.containerEngineCpus)}`,
    // As the plain processes at nice 10: the load generator's timing must not suffer for theirs.
    '--cpu-shares=110',
    `--memory=${memory}`,
    `--memory-swap=${memory}`,
    `--publish=127.0.0.1::${containerPort}`,
    ...(modelFolder === null ? [] : [`--volume=${modelFolder}:/opt/ml/model:ro`]),
    `--env-file=${spec.environmentFile}`,
    ...Object.entries(spec.environment).flatMap(([key, value]) =>
      fitsEnvironmentFile(value) ? [] : [`--env=${key}=${value}`],
    ),
    // Its output is in the instance's own log, which is bounded; the container engine's would not be.
    '--log-driver=none',
    spec.image,
    'serve',
  ];
}

/** Where values are kept from those who can list processes. */
export function environmentFileOf(environment: Record<string, string>): string {
  return Object.entries(environment)
    .filter(([, value]) => fitsEnvironmentFile(value))
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

export function standInLabel(standIn: string): string {
  return `mlbench.stand-in=${standIn}`;
}

export function ownerLabel(owner: string): string {
  return `mlbench.owner=${owner}`;
}

/** A line each, and no way to quote. */
function fitsEnvironmentFile(value: string): boolean {
  return !/[\r\n]/.test(value);
}
