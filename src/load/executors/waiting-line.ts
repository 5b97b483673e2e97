/** Arrivals that wait for a place, first come, first served; two numbers each, for there may be a million. */
export class WaitingLine {
  length = 0;
  #intended = new Float64Array(firstCapacity);
  #taken = new Float64Array(firstCapacity);
  /** Only of those that name one. */
  readonly #payloads = new Map<number, string>();
  #head = 0;
  /** Of the first in line, counted from the line's beginning. */
  #served = 0;

  /** Of the first in line. */
  get intendedMs(): number {
    return this.#intended[this.#head]!;
  }

  get takenMs(): number {
    return this.#taken[this.#head]!;
  }

  enter(intendedMs: number, takenMs: number, payload: string | null): void {
    if (this.length === this.#intended.length) this.#grow();
    const at = (this.#head + this.length) % this.#intended.length;
    this.#intended[at] = intendedMs;
    this.#taken[at] = takenMs;
    if (payload !== null) this.#payloads.set(this.#served + this.length, payload);
    this.length++;
  }

  /** The first leaves. @returns its payload */
  leave(): string | null {
    const payload = this.#payloads.get(this.#served) ?? null;
    if (payload !== null) this.#payloads.delete(this.#served);
    this.#head = (this.#head + 1) % this.#intended.length;
    this.length--;
    this.#served++;
    return payload;
  }

  #grow(): void {
    this.#intended = unrolled(this.#intended, this.#head);
    this.#taken = unrolled(this.#taken, this.#head);
    this.#head = 0;
  }
}

function unrolled(ring: Float64Array, head: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(ring.length * 2);
  larger.set(ring.subarray(head));
  larger.set(ring.subarray(0, head), ring.length - head);
  return larger;
}

const firstCapacity = 256;
