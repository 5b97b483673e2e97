/** A flag or a verb of another tool. */
export interface ForeignWord {
  /** Long flags without their dashes, letters (`k`, case told apart), or verbs; a blank between two. */
  words: string;
  /** The tools that have one or another of them, for the answer: `locust or k6`; left out: so many that none need be named. */
  of?: string;
  /**
   * What does it here, or what there is instead. Each flag in it (`--rate`) is one of the verb asked, or of `load`; a
   * command of another verb stands in backticks.
   */
  here: string;
}
