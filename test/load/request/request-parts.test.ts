import fc from 'fast-check';
import { expect, it } from 'vitest';
import { putTogether, takeApart } from '../../../src/load/request/request-parts.ts';

/** Lines of one name stand together, as a request is written. */
const fields = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom('host', 'accept', 'x-a', 'via', 'constructor', '__proto__', 'tostring'),
    fc.array(fc.stringMatching(/^[a-z0-9=;, ]{0,8}$/), { minLength: 1, maxLength: 3 }),
  ),
  { selector: ([name]) => name },
);

it('a request that was taken apart and put together again is the same, a line a header and a value', () => {
  fc.assert(
    fc.property(fields, fc.string({ maxLength: 20 }), (headers, text) => {
      const lines = headers.flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`));
      const bytes = Buffer.from(`POST /a?b=c HTTP/1.1\r\n${lines.join('')}\r\n${text}`);
      expect(putTogether(takeApart(bytes)).toString()).toBe(bytes.toString());
    }),
  );
});
