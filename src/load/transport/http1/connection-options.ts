/** What `connection` says of the connection's end (RFC 9110 §7.6.1), in any case and any list. */
export function readConnectionOptions(value: string, head: { keepAlive: boolean; closes: boolean }): void {
  for (const option of value.toLowerCase().split(',')) {
    const trimmed = option.trim();
    if (trimmed === 'close') head.closes = true;
    else if (trimmed === 'keep-alive') head.keepAlive = true;
  }
}
