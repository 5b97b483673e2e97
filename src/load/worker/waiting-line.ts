/** Requests that wait for a connection, first come, first served; two numbers each, for there may be a million. */
export interface WaitingLine {
  readonly length: number;
  /** Of the first in line. */
  readonly intendedMs: number;
  readonly takenMs: number;
  enter(intendedMs: number, takenMs: number, payload: string | null): void;
  /** The first leaves. @returns its payload */
  leave(): string | null;
}

export function createWaitingLine(): WaitingLine {
  let intended = new Float64Array(firstCapacity);
  let taken = new Float64Array(firstCapacity);
  /** Only of those that name one. */
  const payloads = new Map<number, string>();
  let head = 0;
  let length = 0;
  /** Of the first in line, counted from the line's beginning. */
  let served = 0;

  const grow = () => {
    const unrolled = (ring: Float64Array) => {
      const larger = new Float64Array(ring.length * 2);
      larger.set(ring.subarray(head));
      larger.set(ring.subarray(0, head), ring.length - head);
      return larger;
    };
    intended = unrolled(intended);
    taken = unrolled(taken);
    head = 0;
  };
  return {
    get length() {
      return length;
    },
    get intendedMs() {
      return intended[head]!;
    },
    get takenMs() {
      return taken[head]!;
    },
    enter(intendedMs, takenMs, payload) {
      if (length === intended.length) grow();
      const at = (head + length) % intended.length;
      intended[at] = intendedMs;
      taken[at] = takenMs;
      if (payload !== null) payloads.set(served + length, payload);
      length++;
    },
    leave() {
      const payload = payloads.get(served) ?? null;
      if (payload !== null) payloads.delete(served);
      head = (head + 1) % intended.length;
      length--;
      served++;
      return payload;
    },
  };
}

const firstCapacity = 256;
