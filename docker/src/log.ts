/** One JSON line a notable event, none a request: CloudWatch Logs and the stand-in's log keep standard output. */
export function log(event: string, fields: Record<string, unknown> = {}, level: LogLevel = 'info'): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
}

export type LogLevel = 'info' | 'warning' | 'error';

/** An error in one line: ONNX Runtime's messages come with file names, stack notes and line breaks. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s+/g, ' ').trim();
}
