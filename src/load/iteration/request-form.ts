import type { PreparedRequest } from '../request/request.ts';
import type { Expected } from './define-scenario.ts';

/** A request as an exchange needs it: its bytes, what it counts under, and what makes it a success. */
export interface RequestForm {
  /** Null: it counts in the run's figures alone. */
  readonly name: string | null;
  readonly method: string;
  /** Undefined: a status below 400 is a success. */
  readonly expect: Expected | undefined;
  /** @param payload which one its arrival names; null: the next in order */
  bytesAt(epochMs: number, payload: string | null): Buffer;
}

/** Which request an iteration is. */
export interface RequestChoice {
  choose(): RequestForm;
  /** An iteration has begun. */
  began(): void;
  /** The check of the one chosen last threw. */
  threw(error: unknown): void;
}

/** The run's own request, each time. */
export function plainRequest({ usual, bytesAt }: PreparedRequest): RequestChoice {
  const form: RequestForm = { name: null, method: usual.method, expect: undefined, bytesAt };
  return { choose: () => form, began() {}, threw() {} };
}
