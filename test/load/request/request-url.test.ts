import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareRequest } from '../../../src/load/request/request.ts';
import { queryOf, splitUserinfo } from '../../../src/load/request/request-url.ts';
import { contents, planFor } from '../support/plan.ts';

const startOf = (url: string) =>
  prepareRequest(planFor(url), contents).bytesAt(0).toString('latin1').split('\r\n')[0];

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
