import { ProtocolError } from '../exchange/protocol-error.ts';

/**
 * Hexadecimal digits; what follows them is an extension, which is ignored (RFC 9112 §7.1.1). `0x5` is no size in
 * anybody's book.
 * @throws ProtocolError
 */
export function parseChunkSize(line: string): number {
  const match = /^(?!0x)([0-9a-f]{1,16})(?![0-9a-f])[^\0]*$/i.exec(line);
  if (!match) throw new ProtocolError('bad chunk size');
  return Number.parseInt(match[1]!, 16);
}
