import { expect, it } from 'vitest';
import { createResponse } from '../../../src/load/iteration/answer.ts';

it('an answer has the headers that the server sent and no others, whatever their names', () => {
  const head = 'HTTP/1.1 200 OK\r\nConstructor: a\r\n__proto__: b\r\nVia: c\r\nvia: d';
  const { headers } = createResponse({ status: 200, head, body: Buffer.alloc(0) }, null);
  expect(Object.entries(headers)).toEqual([
    ['constructor', 'a'],
    ['__proto__', 'b'],
    ['via', 'c, d'],
  ]);
  expect(headers['tostring']).toBeUndefined();
  expect(headers['valueOf']).toBeUndefined();
});
