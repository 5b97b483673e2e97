import { type ExitCode, exitCodes } from './exit-codes.ts';

export type ErrorSource = 'user' | 'cloud' | 'bug';

export interface MlbenchErrorFields {
  /** Stable, kebab-case: `port-in-use`. */
  code: string;
  /** One line; echoes the bad value and says why it is bad. */
  message: string;
  /** One line: a command to run or a setting to change. */
  remedy: string;
  source: ErrorSource;
  exitCode?: ExitCode;
  cause?: unknown;
}

/** Every failure that mlbench foresees. Anything else that is thrown is a bug and prints its stack. */
export class MlbenchError extends Error {
  override readonly name = 'MlbenchError';
  readonly code: string;
  readonly remedy: string;
  readonly source: ErrorSource;
  readonly exitCode: ExitCode;

  constructor(fields: MlbenchErrorFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.remedy = fields.remedy;
    this.source = fields.source;
    this.exitCode = fields.exitCode ?? defaultExitCode[fields.source];
  }
}

const defaultExitCode: Record<ErrorSource, ExitCode> = {
  user: exitCodes.usage,
  cloud: exitCodes.cloud,
  bug: exitCodes.failed,
};

/** Bad input or configuration: exit code 2. */
export function userError(code: string, message: string, remedy: string, cause?: unknown): MlbenchError {
  return new MlbenchError({ code, message, remedy, source: 'user', cause });
}

/** The cloud or the network refused: exit code 3. */
export function cloudError(code: string, message: string, remedy: string, cause?: unknown): MlbenchError {
  return new MlbenchError({ code, message, remedy, source: 'cloud', cause });
}

/** The system's own error code (`ENOENT`), if it has one. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
