/** What `--json` prints of an outcome: the exit code is the process's, and not repeated in the data. */
export function withoutExitCode(outcome: object): unknown {
  return JSON.parse(JSON.stringify(outcome, (key, value) => (key === 'exitCode' ? undefined : value)));
}
