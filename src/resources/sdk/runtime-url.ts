import { userError } from '../../core/errors.ts';

export function awsRuntimeUrl(region: string): string {
  return `https://runtime.sagemaker.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
}

/**
 * The runtime that the environment names for every AWS client.
 * @throws MlbenchError `bad-endpoint-url` (exit code 2)
 */
export function namedRuntime(environment: NodeJS.ProcessEnv): string | undefined {
  const variable = ['AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME', 'AWS_ENDPOINT_URL'].find(
    (name) => environment[name],
  );
  const named = variable && environment[variable];
  if (named && !/^https?:$/.test(URL.parse(named)?.protocol ?? '')) {
    throw userError(
      'bad-endpoint-url',
      `${variable}: "${named}" is not an http or https URL`,
      `unset ${variable}, or set it to the service's base URL`,
    );
  }
  return named || undefined;
}
