import { MlbenchError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { ownCommand } from '../core/options/own-command.ts';
import type { Style } from './terminal/style.ts';

export interface ErrorReport {
  exitCode: ExitCode;
  /** For stderr. */
  lines: string[];
  /** For stdout with `--json`. */
  data: { error: { code: string; message: string; remedy: string } };
}

/** What the first Ctrl-C aborts with; a verb that lets it pass ends with 130. */
export function interruption(): MlbenchError {
  return new MlbenchError({
    code: 'interrupted',
    message: 'interrupted',
    remedy: `\`${ownCommand('status')}\` shows what is up, \`${ownCommand('down')}\` removes it`,
    source: 'user',
    exitCode: exitCodes.interrupted,
  });
}

/** Users' mistakes and refusals of the cloud in two lines; a bug with its stack, for whoever will mend it. */
export async function reportError(error: unknown, style: Style): Promise<ErrorReport> {
  if (error instanceof MlbenchError && error.source !== 'bug') return report(error, [], style);
  const { packageVersion } = await import('../core/package-paths.ts');
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = error instanceof Error ? error.message : String(error);
  const bug = new MlbenchError({
    code: error instanceof MlbenchError ? error.code : 'bug',
    message: `mlbench failed unexpectedly: ${message}`,
    remedy: 'this is a bug of mlbench: please report it with the lines above and the command',
    source: 'bug',
  });
  const versions = `mlbench ${packageVersion}, Node.js ${process.versions.node}, ${process.platform} ${process.arch}`;
  return report(bug, [stack, ...causes(error), versions], style);
}

/** Abortions of calls under way are how an interruption shows where nobody turned it into something better. */
export function isAbortion(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (error === signal.reason) return true;
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || error.cause === signal.reason;
}

function report(error: MlbenchError, details: string[], style: Style): ErrorReport {
  const { code, remedy, exitCode } = error;
  const message = oneLine(error.message);
  return {
    exitCode,
    lines: [
      ...details.flatMap((text) => text.split('\n')).map((line) => style.dim(line)),
      `${style.bold(style.red('error:'))} ${message}`,
      ...(remedy === '' ? [] : [`  → ${oneLine(remedy)}`]),
    ],
    data: { error: { code, message, remedy } },
  };
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}

function causes(error: unknown): string[] {
  if (!(error instanceof Error) || error.cause === undefined) return [];
  const { cause } = error;
  return [
    `caused by ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    ...causes(cause),
  ];
}
