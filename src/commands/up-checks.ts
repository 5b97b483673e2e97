import { userError } from '../core/errors.ts';
import type { AutoscalingSettings, UpSettings } from './up-settings.ts';

/** @throws MlbenchError naming the flag, its value and what would do (exit code 2) */
export function checkUpSettings(settings: UpSettings): void {
  checkWhole('--instances', settings.instances, 1);
  if (!/^ml\.[a-z0-9-]+\.[a-z0-9-]+$/.test(settings.instanceType)) {
    throw userError(
      'bad-instance-type',
      `--instance-type: "${settings.instanceType}" is not an instance type of SageMaker hosting`,
      'name one like ml.m5.large or ml.c5.xlarge',
    );
  }
  if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(settings.endpointName)) {
    throw userError(
      'bad-endpoint-name',
      `--endpoint-name: "${settings.endpointName}" is not an endpoint name`,
      'use up to 63 letters, digits and hyphens, starting and ending with a letter or digit',
    );
  }
  if (settings.autoscaling) checkAutoscaling(settings.autoscaling, settings);
}

function checkAutoscaling(autoscaling: AutoscalingSettings, settings: UpSettings): void {
  const { minCapacity, maxCapacity, targetValue } = autoscaling;
  checkWhole('--min', minCapacity, 1);
  checkWhole('--max', maxCapacity, 1);
  checkWhole('--scale-out-cooldown', autoscaling.scaleOutCooldownSeconds, 0);
  checkWhole('--scale-in-cooldown', autoscaling.scaleInCooldownSeconds, 0);
  if (minCapacity > maxCapacity) {
    throw userError(
      'bad-capacity',
      `--min ${minCapacity} is more than --max ${maxCapacity}`,
      `raise --max to ${minCapacity} or more`,
    );
  }
  if (settings.instances > maxCapacity) {
    throw userError(
      'bad-instances',
      `--instances ${settings.instances} is more than --max ${maxCapacity}`,
      `raise --max to ${settings.instances} or more`,
    );
  }
  if (targetValue !== null && !(Number.isFinite(targetValue) && targetValue > 0)) {
    throw userError(
      'bad-target-value',
      `--target-value: ${targetValue} is not a number of invocations above zero`,
      'name the invocations a minute that one instance should carry',
    );
  }
  if (/^ml\.t2\./.test(settings.instanceType)) {
    throw userError(
      'burstable-instance-type',
      `--instance-type: ${settings.instanceType} is burstable, and AWS refuses autoscaling on burstable types`,
      'choose another type, such as ml.m5.large, or pass --no-autoscaling',
    );
  }
}

function checkWhole(flag: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw userError(
    'bad-number',
    `${flag}: ${value} is not a whole number of at least ${least}`,
    `pass a whole number of at least ${least}`,
  );
}
