import type { Terminal } from './terminal.ts';

/** Asks on stderr, so that stdout stays data. Anything but y or yes is no. */
export async function ask(terminal: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: terminal.stdin, output: process.stderr });
  try {
    const answer = await lines.question(question, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
