/**
 * What some servers send after an answer that it did not announce. It belongs to no answer and says nothing, and curl
 * passes over it: line ends after a body, and after an answer without one (204, 304, HEAD) the chunk of an empty body.
 * @returns the offset behind it
 */
export function skipLeftover(bytes: Uint8Array, start: number, end: number, bodiless: boolean): number {
  let at = skipLineEnds(bytes, start, end);
  if (bodiless && bytes[at] === zero) {
    const afterSize = skipLineEnd(bytes, at + 1, end);
    const afterChunk = afterSize < 0 ? -1 : skipLineEnd(bytes, afterSize, end);
    if (afterChunk >= 0) at = skipLineEnds(bytes, afterChunk, end);
  }
  return at;
}

/** Whether bytes nobody asked for begin an answer, as far as they go. */
export function beginsAnswer(bytes: Buffer, start: number, end: number): boolean {
  const begun = bytes.toString('latin1', start, Math.min(end, start + answerStart.length)).toUpperCase();
  return begun !== '' && answerStart.startsWith(begun);
}

const answerStart = 'HTTP/';
const cr = 13;
const lf = 10;
const zero = 48;

function skipLineEnds(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === cr || bytes[at] === lf)) at++;
  return at;
}

function skipLineEnd(bytes: Uint8Array, start: number, end: number): number {
  const at = bytes[start] === cr ? start + 1 : start;
  return at < end && bytes[at] === lf ? at + 1 : -1;
}
