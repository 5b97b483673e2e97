/**
 * Preloaded into every instance (`node --import`). The stand-in holds the other end of the IPC channel: when it dies,
 * however it dies, the channel closes, and the instance ends at once rather than live on unseen.
 */
const end = () => process.kill(process.pid, 'SIGKILL');

if (process.connected) {
  process.on('disconnect', end);
  // The channel alone must not keep a program alive that wants to end.
  process.channel?.unref();
} else {
  end();
}
