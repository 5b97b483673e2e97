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
}
