import { isInForeground } from './foreground.ts';
import type { Terminal } from './terminal.ts';

/**
 * Reads single keys from a terminal: raw, so that they act at once and do not show. Ctrl-C is a key too then, and so is
 * Ctrl-Z. Not in the background, where the shell reads the keys.
 * @param actions by key
 * @returns ends it and leaves the terminal as it was
 */
export function listenForKeys(
  { stdin, suspension }: Pick<Terminal, 'stdin' | 'suspension'>,
  actions: Record<string, () => void>,
): () => void {
  if (!stdin.isTTY) return () => {};
  const all: Record<string, () => void> = { ...actions, '\u001a': suspension.suspend };
  const onData = (chunk: Buffer | string) => {
    for (const key of chunk.toString()) all[key]?.();
  };
  let letGo = takeKeys(stdin, onData);
  const forget = suspension.add(() => {
    letGo();
    return () => {
      letGo = takeKeys(stdin, onData);
    };
  });
  return () => {
    forget();
    letGo();
  };
}

function takeKeys(stdin: NodeJS.ReadStream, onData: (chunk: Buffer | string) => void): () => void {
  if (!isInForeground()) return () => {};
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(wasRaw);
    stdin.pause();
  };
}
