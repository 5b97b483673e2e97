import type { Terminal } from './terminal.ts';

export interface Asking {
  terminal: Terminal;
  signal: AbortSignal;
  /** What Ctrl-C does: the terminal leaves the key to us while a line is edited. */
  interrupt(): void;
}

/**
 * Asks on stderr, so that stdout stays data. Anything but y or yes is no; so is Ctrl-D, and a terminal that is gone.
 * @throws the signal's reason
 */
export async function ask(
  question: string,
  { terminal: { stdin, stderr }, signal, interrupt }: Asking,
): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output: stderr.stream });
  lines.on('SIGINT', interrupt);
  const ended = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
  try {
    const answer = await Promise.race([lines.question(question, { signal }).catch(() => null), ended]);
    if (answer === null) stderr.write('\n');
    signal.throwIfAborted();
    return answer !== null && /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
