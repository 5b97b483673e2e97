/** What the process's exit code means. The command line's contract: scripts and CI branch on these numbers. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** Usage or configuration, missing credentials too. */
  usage: 2,
  /** The cloud or the network refused: unreachable host, wrong certificate, failed resource. */
  cloud: 3,
  expectationMissed: 4,
  invalidMeasurement: 5,
  leftover: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** If several apply, the first in this order wins. */
const precedence: readonly ExitCode[] = [130, 6, 3, 1, 5, 4, 2, 0];

export function strongestExitCode(codes: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => codes.includes(code)) ?? exitCodes.ok;
}
