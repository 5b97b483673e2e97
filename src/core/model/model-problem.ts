/**
 * Why a model cannot be served, in one line, and what to type instead. Told by `up` and by the serving program alike.
 */
export class ModelProblem extends Error {
  override readonly name = 'ModelProblem';
  readonly next: string | undefined;

  constructor(message: string, next?: string) {
    super(message);
    this.next = next;
  }
}
