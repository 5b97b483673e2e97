/** The requests that a worker may still send, and those of them on their way to a connection. */
export class RequestBudget {
  left: number;
  /** Taken up, but not yet sent. */
  unsent = 0;
  readonly #spent: () => void;
  #told = false;

  /**
   * @param requests null: any number
   * @param spent told once: the last one has been sent, or never will be
   */
  constructor(requests: number | null, spent: () => void) {
    this.left = requests ?? Number.POSITIVE_INFINITY;
    this.#spent = spent;
  }

  tellIfSpent(): void {
    if (this.left > 0 || this.unsent > 0 || this.#told) return;
    this.#told = true;
    this.#spent();
  }
}
