import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Addressed, isRedirect, redirected } from '../../../src/load/iteration/redirect.ts';

const body = Buffer.from('{}');
const asked = (method: string, changes: Partial<Addressed> = {}): Addressed => ({
  url: new URL('http://one.example/a/b?c=1'),
  method,
  path: '/a/b?c=1',
  headers: {
    host: 'one.example',
    accept: 'text/plain',
    authorization: 'Basic c2VjcmV0',
    cookie: 'id=1',
    'x-api-key': 'secret',
    'content-type': 'application/json',
    'content-length': '2',
    'user-agent': 'mlbench/0',
  },
  body: method === 'GET' || method === 'HEAD' ? null : body,
  ...changes,
});
const next = (method: string, status: number, location: string, changes: Partial<Addressed> = {}) => {
  const found = redirected(asked(method, changes), status, location);
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('a redirect', () => {
  it.each([
    [301, 'POST', 'GET', false],
    [302, 'POST', 'GET', false],
    [303, 'POST', 'GET', false],
    [307, 'POST', 'POST', true],
    [308, 'POST', 'POST', true],
    [301, 'PUT', 'PUT', true],
    [302, 'DELETE', 'DELETE', true],
    [303, 'PUT', 'GET', false],
    [303, 'HEAD', 'HEAD', false],
    [301, 'GET', 'GET', false],
    [308, 'HEAD', 'HEAD', false],
  ])('of %d makes %s %s, with its body: %s', (status, method, then, keepsBody) => {
    const found = next(method, status, '/x');
    expect([found.method, found.body !== null]).toEqual([then, keepsBody]);
    expect('content-length' in found.headers).toBe(keepsBody);
    expect('content-type' in found.headers).toBe(keepsBody);
  });

  it.each([
    ['/x', 'http://one.example/x'],
    ['x?y=2', 'http://one.example/a/x?y=2'],
    ['?y=2', 'http://one.example/a/b?y=2'],
    ['//two.example/x', 'http://two.example/x'],
    ['https://two.example:8443/x#part', 'https://two.example:8443/x'],
    ['http://user:word@two.example/', 'http://two.example/'],
    ['../../../x', 'http://one.example/x'],
  ])('to %s leads to %s', (location, url) => {
    const found = next('GET', 302, location);
    expect(found.url.href).toBe(url);
    expect(found.headers['host']).toBe(new URL(url).host);
    expect(found.path).toBe(new URL(url).pathname + new URL(url).search);
  });

  it.each(['ftp://one.example/x', 'javascript:alert(1)', 'file:///etc/passwd', 'http://[', 'https://'])(
    'to %s is followed nowhere',
    (location) => {
      expect(redirected(asked('GET'), 302, location)).toBeTypeOf('string');
    },
  );

  it('within one origin keeps what says who asks', () => {
    expect(next('POST', 307, '/x').headers).toEqual(asked('POST').headers);
  });

  it.each([
    'http://two.example/',
    'https://one.example/',
    'http://one.example:81/',
    'http://sub.one.example/',
  ])('to %s takes none of it along, and it does not come back', (location) => {
    const there = next('POST', 307, location);
    expect(Object.keys(there.headers).sort()).toEqual([
      'accept',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    const back = redirected(there, 307, 'http://one.example/') as Addressed;
    expect(JSON.stringify(back.headers)).not.toMatch(/secret|c2Vj|id=1/);
  });

  it('takes no header of a caller’s own to another origin, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^x-[a-z-]{1,20}$/),
        fc.constantFrom(301, 302, 303, 307, 308),
        (name, status) => {
          const found = next('POST', status, 'http://two.example/', {
            headers: { host: 'one.example', [name]: 'mine' },
          });
          expect(found.headers).not.toHaveProperty(name);
        },
      ),
    );
  });

  it('is 301, 302, 303, 307 or 308', () => {
    const all = Array.from({ length: 600 }, (_, status) => status).filter(isRedirect);
    expect(all).toEqual([301, 302, 303, 307, 308]);
  });
});
