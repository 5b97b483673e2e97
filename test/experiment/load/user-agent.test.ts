import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { packageVersion } from '../../../src/core/package-paths.ts';
import type { LoadOptions } from '../../../src/experiment/load/load-options.ts';
import { planLoad } from '../../../src/experiment/load/load-plan.ts';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { takeApart } from '../../../src/load/request/request-parts.ts';
import { sendAs } from '../../../src/resources/sdk/client-middleware.ts';
import { createClients } from '../../../src/resources/sdk/clients.ts';
import { standInAddress } from '../../../src/resources/sdk/cloud-address.ts';
import { makeStateFolder, type StateFolder } from '../../commands/state-folder.ts';
import { contents, planFor } from '../../load/support/plan.ts';

let state: StateFolder;
beforeEach(() => {
  state = makeStateFolder();
});
afterEach(() => state.dispose());

async function sentBy(options: LoadOptions): Promise<Record<string, string | string[]>> {
  const { plan, contents: places } = await planLoad(
    { url: 'http://127.0.0.1:1/', ...options },
    state.context(),
  );
  return takeApart(prepareRequest(plan, places).bytesAt(0)).headers;
}

function signed(headers: Record<string, string>): Record<string, string | string[]> {
  const destination = {
    kind: 'runtime' as const,
    endpointName: 'e',
    url: 'http://127.0.0.1:1',
    region: 'us-east-1',
    headers,
  };
  const request = prepareRequest(planFor('', { destination, keepAlive: false }), contents);
  request.useCredentials({ accessKeyId: 'A', secretAccessKey: 'S' });
  return takeApart(request.bytesAt(0)).headers;
}

describe('the user agent of a load', () => {
  it('is mlbench with its version, what --user-agent says, or what --header says', async () => {
    expect((await sentBy({}))['user-agent']).toBe(`mlbench/${packageVersion}`);
    expect((await sentBy({ userAgent: 'Probe/1.0 (a; b)' }))['user-agent']).toBe('Probe/1.0 (a; b)');
    expect((await sentBy({ headers: [['User-Agent', 'curl/8']] }))['user-agent']).toBe('curl/8');
  });

  it('is not said twice', async () => {
    await expect(sentBy({ userAgent: 'a', headers: [['User-AGENT', 'b']] })).rejects.toMatchObject({
      code: 'contradiction',
      exitCode: 2,
      message: '--user-agent a and --header User-AGENT say the same twice',
    });
  });

  it('is refused where a header cannot hold it', async () => {
    await expect(sentBy({ userAgent: 'a\nx: y' })).rejects.toMatchObject({ code: 'bad-header', exitCode: 2 });
  });

  it('is not signed, nor is the end of the connection: the signature is that without them', () => {
    const { authorization, ...rest } = signed({ 'user-agent': 'Probe/1.0' });
    expect(rest).toMatchObject({ 'user-agent': 'Probe/1.0', connection: 'close' });
    expect(authorization).toBe(signed({})['authorization']);
    expect(authorization).not.toMatch(/user-agent|connection/);
  });
});

describe('the user agent of an SDK client', () => {
  it('is what was asked for, and no part of what is signed', async () => {
    const received: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      received.push(request.headers);
      request.resume().on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const clients = createClients({
      clock: systemClock,
      signal: new AbortController().signal,
      cloud: standInAddress({ url: `http://127.0.0.1:${port}`, region: 'us-east-1', timeScale: 1 }),
    });
    try {
      const runtime = await clients.runtime();
      await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' }));
      sendAs(runtime, 'Probe/1.0');
      await runtime.send(new InvokeEndpointCommand({ EndpointName: 'e', Body: 'x' }));
    } finally {
      clients.close();
      await new Promise((resolve) => server.close(resolve));
    }
    expect(received[0]?.['user-agent']).toMatch(/^aws-sdk-js\//);
    expect(received[1]?.['user-agent']).toBe('Probe/1.0');
    expect(received[1]?.authorization).not.toMatch(/[=;]user-agent/);
  });
});
