import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { pathOf, queryOf, splitUserinfo } from '../../../src/load/request/request-url.ts';
import { contents, planFor } from '../support/plan.ts';

const startOf = (url: string) =>
  prepareRequest(planFor(url), contents).bytesAt(0).toString('latin1').split('\r\n')[0];

describe('the path of a URL', () => {
  it.each([
    ['http://service/a/../b/./c', '/a/../b/./c'],
    ['http://service/..', '/..'],
    ['http://service/a/%2e%2E/b', '/a/%2e%2E/b'],
    ['http://service/../../etc?x=/../', '/../../etc?x=/../'],
    ['http://service/a//b/', '/a//b/'],
    ['http://service/a b/é/"', '/a%20b/%C3%A9/%22'],
    ['http://service/a /b', '/a%20/b'],
    ['http://service', '/'],
    ['http://service?q', '/?q'],
    ['http://service#/a/..', '/'],
    ['HTTP:\\\\service\\a\\..', '/a/..'],
    ['http://[::1]:80/./x', '/./x'],
    ['  http://service/a/.. ', '/a/..'],
  ])('%j is sent as %j', (given, sent) => {
    expect(startOf(given)).toBe(`POST ${sent} HTTP/1.1`);
  });

  it('is what URL makes of it, where it has no dot segments', () => {
    const segment = fc.string({ unit: 'binary-ascii', maxLength: 6 }).filter((text) => !/[?#\\/]/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), (segments) => {
        const url = `http://service/${segments.join('/')}/end`;
        if (segments.some((text) => /^[\s.%2eE]*$/.test(text) && text !== '')) return;
        expect(pathOf(url)).toBe(new URL(url).pathname);
      }),
    );
  });

  it('keeps dot segments wherever they stand', () => {
    const segment = fc.constantFrom('.', '..', '%2e', '.%2E', 'a', 'b.c', '', '...');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 6 }), (segments) => {
        const path = `/${segments.join('/')}`;
        expect(pathOf(`http://service${path}?q#f`)).toBe(path);
      }),
    );
  });
});

describe('the query of a URL', () => {
  it.each([
    ["?a='q'&b=%27+%20", "?a='q'&b=%27+%20"],
    ['?x=%zz&y=|[]{}`^"<>', '?x=%zz&y=|[]{}`^"<>'],
    ['?a b', '?a%20b'],
    ['?é=☃', '?%C3%A9=%E2%98%83'],
    ['?', '?'],
    ['', ''],
    ['?a?b=/c#d?e', '?a?b=/c'],
    ['#?a', ''],
  ])('%j is sent as %j', (given, sent) => {
    expect(startOf(`http://service/p${given}`)).toBe(`POST /p${sent} HTTP/1.1`);
  });

  it('is sent as it is, whatever a request’s first line can hold', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(printable, (text) => {
        const query = `?${text.replaceAll('#', '')}`;
        expect(queryOf(`http://service/${query}#f`)).toBe(query);
      }),
    );
  });

  it('is left alone where a user and a password are taken out of the URL', () => {
    expect(splitUserinfo("http://me:a@b@h.example/p?q='a'@b#c").url).toBe("http://h.example/p?q='a'@b#c");
    expect(splitUserinfo('http://me@h.example?@').url).toBe('http://h.example?@');
  });
});
