import { RequestError } from './request-error.ts';

/** Of one request. Each takes a few hundred bytes, however short it is written: millions would take gigabytes. */
const mostRows = 500_000;

/** @throws RequestError 413 */
export function boundRows(count: number): void {
  if (count > mostRows)
    throw new RequestError(
      413,
      `there are more than ${mostRows} instances in the body; send them in several requests`,
    );
}

/** One instance of a request, before it is checked against the model. */
export interface Row {
  /** What an error calls it: `instances[3]`, `line 4`. */
  where: string;
  /** An array (nested as the model's shape), a single value, or an object keyed by names. */
  value: unknown;
  /** From CSV: every value is text, and a row is flat whatever the model's shape. */
  isText: boolean;
}

/** What reading a body needs to know of the model. */
export interface RowContext {
  /** Names a column may have: the features of model.json, or the inputs of a model with one value an input. */
  columnNames: readonly string[];
  /** Dimensions of one row: tells one instance `[1,2,3]` from several `[[1,2,3]]`. */
  rowRank: number;
  takesText: boolean;
  /** Some input is of an integer type: each digit of a number counts. */
  takesIntegers?: boolean;
  /** One text a row is all that it takes: whatever a CSV cell holds. */
  takesLoneText?: boolean;
  /** One value a row, which may be missing or an empty text: then a blank line of CSV says something. */
  blankIsValue?: boolean;
  /** What the caller says of a CSV body (RFC 4180); left out: its first record shows. */
  header?: 'present' | 'absent';
}
