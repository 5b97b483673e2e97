/**
 * Reads single keys from a terminal: raw, so that they act at once and do not show. Ctrl-C is a key too then.
 * @param actions by key
 * @returns ends it and leaves the terminal as it was
 */
export function listenForKeys(input: NodeJS.ReadStream, actions: Record<string, () => void>): () => void {
  if (!input.isTTY) return () => {};
  const onData = (chunk: Buffer | string) => {
    for (const key of chunk.toString()) actions[key]?.();
  };
  const wasRaw = input.isRaw;
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(wasRaw);
    input.pause();
  };
}
