/** Where an experiment can live: on the stand-in, or on AWS. The ledger, `--target` and every command go by these. */
export const targetNames = ['local', 'aws'] as const;

export type TargetName = (typeof targetNames)[number];
