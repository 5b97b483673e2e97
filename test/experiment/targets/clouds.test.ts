import { afterEach, describe, expect, it, vi } from 'vitest';
import { awsCloud } from '../../../src/experiment/targets/aws/cloud.ts';
import { foundStandIn, standInCloud } from '../../../src/experiment/targets/local/cloud.ts';
import { defaultStandInOptions } from '../../../src/localcloud/options.ts';
import type { StandIn } from '../../../src/localcloud/process.ts';

const standIn: StandIn = {
  pid: 7,
  port: 1,
  url: 'http://127.0.0.1:1',
  options: { ...defaultStandInOptions, region: 'eu-west-1', timeScale: 20 },
  startedBy: 'up',
  containers: null,
  ownerKey: { accessKeyId: 'MLBENCHOWNER', secretAccessKey: 'own' },
  healthy: true,
};

afterEach(() => vi.unstubAllEnvs());

describe("AWS's cloud", () => {
  it('runs at the pace of the wall clock, with capacity of its own', () => {
    const cloud = awsCloud({ region: 'eu-west-1' });
    expect(cloud).toMatchObject({ region: 'eu-west-1', timeScale: 1, capacityEmulated: false });
    expect(cloud.describeCapacity('ml.m5.large')).toBeNull();
    expect(cloud.traits.charges).toBe(true);
  });

  it("is sent requests at its region's runtime, or at the one that the environment names", () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME', '');
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    const { runtime } = awsCloud({ region: 'cn-north-1' });
    const region = 'cn-north-1';
    expect(runtime()).toEqual({ url: 'https://runtime.sagemaker.cn-north-1.amazonaws.com.cn', region });
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
    expect(runtime()).toEqual({ url: 'http://127.0.0.1:9', region });
  });

  it('can be found and described although the environment names no URL, which is told once a request is to go', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'localhost');
    const cloud = awsCloud({ region: 'us-east-1' });
    expect(() => cloud.runtime()).toThrow('AWS_ENDPOINT_URL: "localhost" is not an http or https URL');
  });

  it('has requests signed with what the environment has', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'somebody');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    expect(await awsCloud({ region: 'us-east-1' }).credentials()).toMatchObject({
      accessKeyId: 'somebody',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });
});

describe('a cloud that a stand-in is', () => {
  it("has the stand-in's region and pace, and takes requests at its one URL", () => {
    const cloud = standInCloud(standIn);
    expect(cloud).toMatchObject({ region: 'eu-west-1', timeScale: 20, url: standIn.url });
    expect(cloud.runtime()).toEqual({ url: standIn.url, region: 'eu-west-1' });
    expect(cloud.traits.charges).toBe(false);
  });

  it("is sent its own key, and never anybody's real ones", async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'somebody');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const cloud = standInCloud(standIn);
    expect(cloud.settings.credentials).toEqual(await cloud.credentials());
    expect(await cloud.credentials()).toEqual(standIn.ownerKey);
  });

  it.each([100, null])(
    'says whether its capacity is emulated, with a service time of %s ms',
    (serviceTimeMs) => {
      const capacity = { ...standIn.options.capacity, serviceTimeMs };
      const cloud = standInCloud({ ...standIn, options: { ...standIn.options, capacity } });
      expect(cloud.capacityEmulated).toBe(serviceTimeMs !== null);
      const text = cloud.describeCapacity('ml.m5.large');
      if (serviceTimeMs === null) expect(text).toBeNull();
      else expect(text).toMatch(/^emulated capacity: .* 100 ?ms each/);
    },
  );

  it('is in no trouble where the stand-in answers', () => {
    expect(foundStandIn(standIn)).toMatchObject({
      trouble: null,
      process: { url: standIn.url, pid: 7, timeScale: 20, healthy: true },
    });
  });

  it('is told of with its process id where the stand-in hangs', () => {
    const found = foundStandIn({ ...standIn, healthy: false });
    expect(found.trouble?.message).toBe('the stand-in (pid 7) does not answer');
    expect(found.process).toMatchObject({ pid: 7, healthy: false });
    expect(found.cloud).toMatchObject({ url: standIn.url });
  });

  it('is not there where no stand-in is', () => {
    const found = foundStandIn(undefined);
    expect(found).toMatchObject({ cloud: null, process: null });
    expect(found.trouble?.message).toMatch(/^the stand-in does not run any more/);
  });
});
