/** Bytes that arrive in pieces and are of use as a whole; copied, for the buffer that is read into is shared. */
export class HeldBytes {
  #buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Valid until the next `add`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#buffer.length) {
      // Doubled: what comes byte by byte must not cost its square.
      const grown = Buffer.allocUnsafeSlow(Math.max(256, length, 2 * this.#buffer.length));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    bytes.copy(this.#buffer, this.#length, start, end);
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > mostKept) this.#buffer = Buffer.alloc(0);
  }
}

const mostKept = 4_096;
