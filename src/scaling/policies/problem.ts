/** Why Application Auto Scaling would not take something. */
export interface PolicyProblem {
  /** AWS's error name. */
  code:
    | 'ValidationException'
    | 'LimitExceededException'
    /** The last two are CloudWatch's. */
    | 'InvalidParameterValueException'
    | 'InvalidParameterCombinationException';
  /** One sentence, worded as AWS words it where that is published. */
  problem: string;
  /** What would be taken instead. */
  remedy: string;
}

export function invalid(problem: string, remedy: string): PolicyProblem {
  return { code: 'ValidationException', problem, remedy };
}
