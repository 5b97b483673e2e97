/** What a Ctrl-Z stops and `fg` continues; in tests a stand-in for `process`. */
export interface SuspendableProcess {
  readonly pid: number;
  on(signal: 'SIGTSTP', listener: () => void): unknown;
  off(signal: 'SIGTSTP', listener: () => void): unknown;
  kill(pid: number, signal: 'SIGTSTP'): unknown;
}

/** Gives the terminal back as the shell wants it, and returns what takes it again. */
type LeaveTerminal = () => () => void;

/** Ctrl-Z, for whoever has changed the terminal: hidden the cursor, read single keys, taken the whole screen. */
export interface Suspension {
  /** @returns ends it */
  add(leave: LeaveTerminal): () => void;
  /** What the terminal does at Ctrl-Z, for where it leaves the key to us: stops the process group. */
  suspend(): void;
}

export function createSuspension(process: SuspendableProcess): Suspension {
  const leaving = new Set<LeaveTerminal>();
  const stop = () => {
    const taking = [...leaving].reverse().map((leave) => leave());
    // By the system's own way, which leaves a process alone that no shell could continue.
    process.off('SIGTSTP', stop);
    process.kill(process.pid, 'SIGTSTP');
    // Here the process stands still, until it is continued.
    process.on('SIGTSTP', stop);
    for (const take of taking.reverse()) take();
  };
  return {
    add(leave) {
      if (leaving.size === 0) process.on('SIGTSTP', stop);
      leaving.add(leave);
      return () => {
        if (leaving.delete(leave) && leaving.size === 0) process.off('SIGTSTP', stop);
      };
    },
    suspend: () => process.kill(0, 'SIGTSTP'),
  };
}
