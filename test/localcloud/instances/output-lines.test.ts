import { describe, expect, it } from 'vitest';
import { logDestination, splitLines } from '../../../src/localcloud/instances/output-lines.ts';

function linesOf(chunks: (string | Uint8Array)[], maxCharacters?: number): string[] {
  const lines: string[] = [];
  const output = splitLines((line) => lines.push(line), maxCharacters);
  for (const chunk of chunks) output.write(chunk);
  output.end();
  return lines;
}

describe("a container's output", () => {
  it('becomes lines, however it is cut into chunks', () => {
    expect(linesOf(['one\ntw', 'o\r\nthr', 'ee'])).toEqual(['one', 'two', 'three']);
  });

  it('keeps characters whole that two chunks share', () => {
    const bytes = Buffer.from('é 𝛼\n');
    expect(linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['é 𝛼']);
  });

  it('has no empty lines, which CloudWatch does not take', () => {
    expect(linesOf(['\n\na\n\n'])).toEqual(['a']);
  });

  it('is cut where a line never ends', () => {
    expect(linesOf(['x'.repeat(25), 'x'.repeat(5)], 10)).toEqual(Array(3).fill('x'.repeat(10)));
    expect(linesOf([`${'x'.repeat(25)}\n`], 10).map(({ length }) => length)).toEqual([10, 10, 5]);
  });

  it('goes where SageMaker puts it', () => {
    const said: string[][] = [];
    const spec = { instanceId: 'e/3', endpointName: 'e', variantName: 'AllTraffic' } as never;
    logDestination(spec, 1, { append: (...call) => said.push(call) })('hello');
    logDestination(spec, 2, { append: (...call) => said.push(call) })('hello');
    expect(said[0]).toEqual([
      '/aws/sagemaker/Endpoints/e',
      expect.stringMatching(/^AllTraffic\/i-[0-9a-f]{17}$/),
      'hello',
    ]);
    expect(said[1]?.[1]).not.toBe(said[0]?.[1]);
  });
});
