import type { FillIn } from './fill-ins.ts';
import { type Answer, json, jsonAnswer, jsonError, type MotoCalls } from './moto-calls.ts';
import { inputOf, type RecordedCall } from './recorded-call.ts';

export interface Endpoint {
  /** What it is on its way through, and how often that is still to be seen. */
  passing: { status: 'Creating' | 'Updating' | 'Deleting'; looks: number } | null;
  /** Of the last UpdateEndpoint; moto does not know that call. */
  configName: string | null;
  variants: unknown;
  /** What is shown while it is being deleted; moto has it gone at once, and its tags. */
  lastSeen: { description: Record<string, unknown>; tags: unknown } | null;
}

/**
 * The states of an endpoint: on AWS each change takes minutes in which it refuses others. Here it takes two looks, since
 * only those show the time that passes for mlbench.
 */
export function endpointLife(moto: MotoCalls, endpoints: Map<string, Endpoint>): FillIn {
  const describe = (name: unknown) =>
    moto.ask<Record<string, unknown>>('SageMaker.DescribeEndpoint', 'sagemaker', { EndpointName: name });
  const known = (call: RecordedCall) => endpoints.get(nameIn(call));
  const inFlux = (call: RecordedCall): Answer | undefined =>
    known(call)?.passing
      ? jsonError('ValidationException', `Cannot update in-progress endpoint "${arnOf(call)}".`)
      : undefined;

  return {
    async 'sagemaker CreateEndpoint'(call, forward) {
      if (known(call))
        return jsonError('ValidationException', `Cannot create already existing endpoint "${arnOf(call)}".`);
      const answer = await forward();
      if (answer.status === 200)
        endpoints.set(nameIn(call), {
          passing: { status: 'Creating', looks: 2 },
          configName: null,
          variants: null,
          lastSeen: null,
        });
      return answer;
    },

    async 'sagemaker DescribeEndpoint'(call, forward) {
      const endpoint = known(call);
      if (!endpoint) return forward();
      const answer = await forward();
      if (answer.status !== 200 && !endpoint.lastSeen) return answer;
      const seen = endpoint.lastSeen?.description ?? json(answer);
      const status = passOn(endpoint);
      if (status === 'gone') {
        endpoints.delete(nameIn(call));
        return answer;
      }
      return jsonAnswer({
        ...seen,
        EndpointStatus: status,
        ...(endpoint.configName === null
          ? {}
          : { EndpointConfigName: endpoint.configName, ProductionVariants: endpoint.variants }),
      });
    },

    async 'sagemaker ListTags'(call, forward) {
      const name = String(inputOf(call)['ResourceArn']).split(':endpoint/')[1];
      const lastSeen = name && endpoints.get(name)?.lastSeen;
      return lastSeen ? jsonAnswer({ Tags: lastSeen.tags }) : forward();
    },

    async 'sagemaker UpdateEndpoint'(call) {
      const endpoint = known(call);
      if (!endpoint) return jsonError('ValidationException', `Could not find endpoint "${arnOf(call)}".`);
      const refused = inFlux(call);
      if (refused) return refused;
      const { EndpointConfigName, RetainAllVariantProperties } = inputOf(call);
      const config = await moto.ask<{ ProductionVariants: Variant[] }>(
        'SageMaker.DescribeEndpointConfig',
        'sagemaker',
        {
          EndpointConfigName,
        },
      );
      if (!config)
        return jsonError(
          'ValidationException',
          `Could not find endpoint configuration "${EndpointConfigName}".`,
        );
      const now = (endpoint.variants ??
        (await describe(nameIn(call)))?.['ProductionVariants'] ??
        []) as RunningVariant[];
      endpoint.variants = config.ProductionVariants.map((variant) => {
        const running = now.find(({ VariantName }) => VariantName === variant.VariantName);
        const count =
          (RetainAllVariantProperties && running?.DesiredInstanceCount) || variant.InitialInstanceCount;
        return {
          VariantName: variant.VariantName,
          CurrentWeight: 1,
          DesiredWeight: 1,
          CurrentInstanceCount: count,
          DesiredInstanceCount: count,
        };
      });
      endpoint.configName = String(EndpointConfigName);
      endpoint.passing = { status: 'Updating', looks: 2 };
      return jsonAnswer({ EndpointArn: (await describe(nameIn(call)))?.['EndpointArn'] });
    },

    async 'sagemaker UpdateEndpointWeightsAndCapacities'(call, forward) {
      const refused = inFlux(call);
      if (refused) return refused;
      const answer = await forward();
      const endpoint = known(call);
      if (endpoint && answer.status === 200) endpoint.passing = { status: 'Updating', looks: 2 };
      return answer;
    },

    async 'sagemaker DeleteEndpoint'(call, forward) {
      const refused = inFlux(call);
      if (refused) return refused;
      const description = await describe(nameIn(call));
      const tagged = await moto.ask('SageMaker.ListTags', 'sagemaker', {
        ResourceArn: description?.['EndpointArn'],
      });
      const answer = await forward();
      const endpoint = known(call);
      if (endpoint && answer.status === 200) {
        endpoint.passing = { status: 'Deleting', looks: 2 };
        endpoint.lastSeen = { description: description ?? {}, tags: tagged?.['Tags'] };
      }
      return answer;
    },
  };
}

interface Variant {
  VariantName: string;
  InitialInstanceCount: number;
}

interface RunningVariant {
  VariantName: string;
  DesiredInstanceCount: number;
}

/** One look further: what that look sees. */
function passOn(endpoint: Endpoint): string {
  const { passing } = endpoint;
  if (!passing) return 'InService';
  if (passing.looks === 0) {
    if (passing.status === 'Deleting') return 'gone';
    endpoint.passing = null;
    return 'InService';
  }
  passing.looks--;
  return passing.status;
}

function nameIn(call: RecordedCall): string {
  return String(inputOf(call)['EndpointName']);
}

function arnOf(call: RecordedCall): string {
  return `arn:aws:sagemaker:us-east-1:123456789012:endpoint/${nameIn(call)}`;
}
