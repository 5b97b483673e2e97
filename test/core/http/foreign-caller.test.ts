import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foreignCaller } from '../../../src/core/http/foreign-caller.ts';

const own = { port: 4_566 };
const host = 'localhost:4566';

describe('a request comes in', () => {
  test.each([
    ['of a program', { host }],
    ['of a program that names no host', {}],
    ['to an address', { host: '127.0.0.1:4566' }],
    ['to another address of loopback', { host: '127.0.3.1:4566' }],
    ['to the address of version 6', { host: '[::1]:4566' }],
    ['to a name in capitals', { host: 'LocalHost:4566' }],
    ['to a name with its dot', { host: 'localhost.:4566' }],
    ['to a bucket', { host: 'models.s3.localhost:4566' }],
    ['of its own page', { host, origin: 'http://localhost:4566', 'sec-fetch-site': 'same-origin' }],
    ['of a user who typed its address', { host, 'sec-fetch-site': 'none' }],
  ])('%s', (_what, headers) => {
    expect(foreignCaller(headers, own)).toBeUndefined();
  });

  test('to any port, where somebody else publishes it', () => {
    expect(foreignCaller({ host: '127.0.0.1:32768' }, { port: null })).toBeUndefined();
  });

  test('without a port, on the port that this means', () => {
    expect(foreignCaller({ host: 'localhost' }, { port: 80 })).toBeUndefined();
  });

  test('to a further name that was given, with the port that was given', () => {
    const names = { ...own, hosts: ['Host.Docker.Internal', '172.17.0.1:4566'] };
    expect(foreignCaller({ host: 'host.docker.internal:9000' }, names)).toBeUndefined();
    expect(foreignCaller({ host: '172.17.0.1:4566' }, names)).toBeUndefined();
    expect(foreignCaller({ host: '172.17.0.1:4567' }, names)).toContain('is not called 172.17.0.1:4567');
    // Its own page then has that name, and no other.
    const origin = 'http://host.docker.internal:4566';
    expect(foreignCaller({ host: 'host.docker.internal:4566', origin }, names)).toBeUndefined();
    expect(foreignCaller({ host, origin }, names)).toContain(origin);
  });

  test('of a page that was given leave, also with its images', () => {
    const names = { ...own, origins: ['http://localhost:3000'] };
    const headers = { host, 'sec-fetch-site': 'same-site' };
    expect(foreignCaller({ ...headers, origin: 'http://localhost:3000' }, names)).toBeUndefined();
    expect(foreignCaller({ ...headers, origin: 'http://localhost:3001' }, names)).toContain(':3001');
    expect(foreignCaller(headers, names)).toContain('same-site');
    expect(foreignCaller(headers, { ...own, origins: ['*'] })).toBeUndefined();
  });
});

describe('a request is refused', () => {
  test.each([
    ['under a name that was made to point here', { host: 'evil.example:4566' }],
    ['under a name that begins like one of ours', { host: 'localhost.evil.example:4566' }],
    ['under a name that ends like one of ours', { host: 'evillocalhost:4566' }],
    ['under an address that begins like one of ours', { host: '127.0.0.1.evil.example:4566' }],
    ['under the address that stands for all', { host: '0.0.0.0:4566' }],
    ['under an address of the network', { host: '192.168.1.2:4566' }],
    ['on another port', { host: 'localhost:4567' }],
    ['without the port', { host: 'localhost' }],
    ['with a user before the name', { host: 'localhost:4566@evil.example' }],
    ['with an empty name', { host: '' }],
    ['of another page', { host, origin: 'https://evil.example' }],
    ['of a page on another port of this machine', { host, origin: 'http://localhost:3000' }],
    ['of a page that calls the same place otherwise', { host, origin: 'http://127.0.0.1:4566' }],
    ['of a page over TLS', { host, origin: 'https://localhost:4566' }],
    ['of a sandboxed page, or of a file', { host, origin: 'null' }],
    ['of a page that says nothing', { host, origin: '' }],
    ['of a page to no host', { origin: 'http://localhost:4566' }],
    ['of an image elsewhere', { host, 'sec-fetch-site': 'cross-site' }],
    ['of an image on this machine', { host, 'sec-fetch-site': 'same-site' }],
    ['of a page in words of tomorrow', { host, 'sec-fetch-site': 'next-door' }],
    ['twice over', { host, 'sec-fetch-site': 'same-origin, cross-site' }],
  ])('%s, in one line', (_what, headers) => {
    expect(foreignCaller(headers, own)).toMatch(/^.+$/);
  });

  const label = fc.stringMatching(/^[a-z\d]{1,8}$/);
  const domain = fc.oneof(
    fc.tuple(label, label).map((labels) => labels.join('.')),
    // Names that have one of ours in them, but not at their end.
    fc
      .tuple(fc.constantFrom('localhost', '127.0.0.1', 'x.localhost'), label, label)
      .map((labels) => labels.join('.')),
  );

  test('under whatever name but those of loopback', () => {
    fc.assert(
      fc.property(domain, fc.nat(65_535), (name, port) => {
        fc.pre(!name.endsWith('localhost'));
        expect(foreignCaller({ host: `${name}:${port}` }, { port })).toContain('is not called');
      }),
    );
  });

  test('of whatever page but its own', () => {
    const origins = fc
      .tuple(fc.constantFrom('http', 'https', 'chrome-extension'), domain, fc.nat(65_535))
      .map(([scheme, name, port]) => `${scheme}://${name}:${port}`);
    fc.assert(
      fc.property(origins, (origin) => {
        expect(foreignCaller({ host, origin }, own)).toContain('may not call');
      }),
    );
  });
});
