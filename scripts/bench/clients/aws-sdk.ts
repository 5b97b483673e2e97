/** InvokeEndpoint in so many endless loops: `node aws-sdk.ts ORIGIN LOOPS BODY_FILE`. */
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { contentType, credentials, endpointName, region } from '../tools/tool.ts';

const [origin, loops, bodyFile] = process.argv.slice(2);
const agentOptions = { keepAlive: true, maxSockets: Number(loops) };
const client = new SageMakerRuntimeClient({
  endpoint: origin!,
  region,
  credentials,
  maxAttempts: 1,
  requestHandler: { httpAgent: new HttpAgent(agentOptions), httpsAgent: new HttpsAgent(agentOptions) },
});
const input = { EndpointName: endpointName, ContentType: contentType, Body: readFileSync(bodyFile!) };
await Promise.all(
  Array.from({ length: Number(loops) }, async () => {
    for (;;) await client.send(new InvokeEndpointCommand(input));
  }),
);
