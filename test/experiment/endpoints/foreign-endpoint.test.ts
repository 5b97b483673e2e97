import { describe, expect, it } from 'vitest';
import { findForeignEndpoint } from '../../../src/experiment/endpoints/foreign-endpoint.ts';

const local = { target: 'local', region: 'eu-west-1' } as const;

describe('an endpoint named on the command line', () => {
  it('is the stand-in’s, where the environment names no other runtime', () => {
    expect(findForeignEndpoint('mine', local, {})).toBeNull();
    expect(findForeignEndpoint(undefined, local, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBeNull();
  });

  it('is behind the URL that the environment names, the runtime’s own first', () => {
    const environment = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: 'http://127.0.0.1:2',
    };
    expect(findForeignEndpoint('mine', local, environment)?.destination).toEqual({
      kind: 'runtime',
      endpointName: 'mine',
      url: 'http://127.0.0.1:2',
      region: 'eu-west-1',
    });
  });

  it('is the region’s on AWS', () => {
    const found = findForeignEndpoint('mine', { target: 'aws', region: 'eu-west-1' }, {});
    expect(found?.destination.url).toBe('https://runtime.sagemaker.eu-west-1.amazonaws.com');
  });

  it('is refused behind what is no URL, with the variable’s name', () => {
    expect(() => findForeignEndpoint('mine', local, { AWS_ENDPOINT_URL: 'localhost' })).toThrow(
      /AWS_ENDPOINT_URL: "localhost"/,
    );
  });
});
