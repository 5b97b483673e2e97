import { forTerminal } from './sealed.ts';
import { colourStyle, plainStyle, type Style } from './style.ts';
import { createSuspension, type Suspension } from './suspension.ts';

/** One of the process's outputs, as renderers need it. */
export interface Output {
  /** What is no control sequence of ours is shown, never obeyed. */
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Columns and rows now; a terminal may be resized at any time. */
  size(): { columns: number; rows: number };
  readonly style: Style;
  readonly stream: NodeJS.WriteStream;
  /** Resolves once everything written is out, or nobody reads it any more. */
  flush(): Promise<void>;
}

export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: NodeJS.ReadStream;
  /** Questions can be asked and keys read. */
  readonly interactive: boolean;
  /** What is done to the terminal at Ctrl-Z, and at `fg`. */
  readonly suspension: Suspension;
  withoutColour(): void;
  /**
   * Whoever read stdout went away (`| head`, a closed terminal). That is no failure: what is written after that is
   * dropped. A command whose output is its only purpose may end.
   */
  onClosed(listener: () => void): void;
  flush(): Promise<void>;
}

/** The process's own streams, each made when first used: they cost `--help` a tenth of its time. */
export function processTerminal(
  environment: Record<string, string | undefined>,
  withoutColour: boolean,
): Terminal {
  const listeners: (() => void)[] = [];
  const colour = { wanted: !withoutColour };
  const onClosed = () => {
    for (const listener of listeners) listener();
  };
  let stdout: Output | undefined;
  let stderr: Output | undefined;
  let stdin: NodeJS.ReadStream | undefined;
  const suspension = createSuspension(process);
  return {
    suspension,
    get stdout() {
      stdout ??= createOutput(process.stdout, environment, colour, onClosed);
      return stdout;
    },
    get stderr() {
      stderr ??= createOutput(process.stderr, environment, colour, () => {});
      return stderr;
    },
    get stdin() {
      stdin ??= openInput();
      return stdin;
    },
    get interactive() {
      return process.stdin.isTTY === true && process.stdout.isTTY === true;
    },
    withoutColour() {
      colour.wanted = false;
    },
    onClosed(listener) {
      listeners.push(listener);
    },
    async flush() {
      await Promise.all([stdout?.flush(), stderr?.flush()]);
    },
  };
}

/** A terminal that is gone ends the input, and is no failure. */
function openInput(): NodeJS.ReadStream {
  return process.stdin.on('error', () => {});
}

function createOutput(
  stream: NodeJS.WriteStream,
  environment: Record<string, string | undefined>,
  colour: { wanted: boolean },
  onClosed: () => void,
): Output {
  const isTerminal = stream.isTTY === true && environment['TERM'] !== 'dumb';
  // Some terminals (`script`'s, a container's) say 0 columns when they do not know. ora would divide by them and clear
  // lines for ever. A resize overwrites this with what is then known.
  if (stream.columns === 0) stream.columns = 100;
  let closed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (closed) return;
    closed = true;
    onClosed();
  });
  return {
    write(text) {
      if (!closed) stream.write(forTerminal(text));
    },
    isTerminal,
    size: () => ({ columns: stream.columns || 100, rows: stream.rows || 30 }),
    get style() {
      return colour.wanted && wantsColour(isTerminal, environment) ? colourStyle : plainStyle;
    },
    stream,
    flush: () => new Promise((resolve) => (closed ? resolve() : stream.write('', () => resolve()))),
  };
}

/** https://no-color.org, and FORCE_COLOR as Node itself reads it. */
function wantsColour(isTerminal: boolean, environment: Record<string, string | undefined>): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal;
}
