import { colourStyle, plainStyle, type Style } from './style.ts';

/** One of the process's outputs, as renderers need it. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Columns and rows now; a terminal may be resized at any time. */
  size(): { columns: number; rows: number };
  readonly style: Style;
  readonly stream: NodeJS.WriteStream;
}

export interface Terminal {
  stdout: Output;
  stderr: Output;
  stdin: NodeJS.ReadStream;
  /** Questions can be asked and keys read. */
  interactive: boolean;
  withoutColour(): void;
  /**
   * Whoever read stdout went away (`| head`). That is no failure: what is written after that is dropped. A command whose
   * output is its only purpose may end.
   */
  onClosed(listener: () => void): void;
}

/** The process's own streams. */
export function processTerminal(
  environment: Record<string, string | undefined>,
  withoutColour: boolean,
): Terminal {
  const listeners: (() => void)[] = [];
  const colour = { wanted: !withoutColour };
  return {
    stdout: output(process.stdout, environment, colour, () => {
      for (const listener of listeners) listener();
    }),
    stderr: output(process.stderr, environment, colour, () => {}),
    stdin: process.stdin,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    withoutColour() {
      colour.wanted = false;
    },
    onClosed(listener) {
      listeners.push(listener);
    },
  };
}

function output(
  stream: NodeJS.WriteStream,
  environment: Record<string, string | undefined>,
  colour: { wanted: boolean },
  onClosed: () => void,
): Output {
  const isTerminal = stream.isTTY === true && environment['TERM'] !== 'dumb';
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (closed) return;
    closed = true;
    onClosed();
  });
  return {
    write(text) {
      if (!closed) stream.write(text);
    },
    isTerminal,
    // Some terminals (and `script`) say 0 columns when they do not know.
    size: () => ({ columns: stream.columns || 100, rows: stream.rows || 30 }),
    get style() {
      return colour.wanted && wantsColour(isTerminal, environment) ? colourStyle : plainStyle;
    },
    stream,
  };
}

/** https://no-color.org, and FORCE_COLOR as Node itself reads it. */
function wantsColour(isTerminal: boolean, environment: Record<string, string | undefined>): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal;
}
