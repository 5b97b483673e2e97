import { join } from 'node:path';
import { MlbenchError } from '../../core/errors.ts';
import { exitCodes } from '../../core/exit-codes.ts';
import { writeFileAtomic } from '../../core/files/atomic-file.ts';
import { unwritableStateDirectory } from '../../core/files/state-directory.ts';
import { ownCommand } from '../../core/options/own-command.ts';
import { emptyLedger, type Ledger, ledgerText, readLedgerFile } from './ledger.ts';

/**
 * The file that says which resources exist or may exist: written before each call that makes or removes one, and after
 * it. Whoever writes holds the lock of `lock.ts`; readers need none, because the file is replaced whole.
 *
 * A command remembers what it has read and written. So a file that vanishes under it, or a disk that fills up, costs
 * the record and not what is on it: what was made is still removed.
 */
export interface LedgerStore {
  readonly path: string;
  /**
   * What the file says; what is remembered, where the file is gone, cannot be read any more, or is behind.
   * @throws MlbenchError `ledger-unreadable`, `ledger-version`: never takes a broken ledger for an empty one.
   */
  read(): Ledger;
  /**
   * Before something is made: reads, lets `change` alter it, and writes it atomically.
   * @throws MlbenchError `state-dir` where it cannot be written; nothing is altered then
   */
  update(change: (ledger: Ledger) => void): void;
  /** After something has happened: as `update`, but what cannot be written is remembered, and written with the next. */
  note(change: (ledger: Ledger) => void): void;
  /** What is wrong with the file after all that was done; null: nothing. */
  trouble(): LedgerTrouble | null;
}

interface LedgerTrouble {
  /** `lost`: it vanished or broke, and was written anew. `behind`: what was done last is not in it. */
  kind: 'lost' | 'behind';
  message: string;
  remedy: string;
}

export function openLedger(stateDir: string): LedgerStore {
  const path = join(stateDir, 'ledger.json');
  let known: Ledger | null = null;
  let written = false;
  let lost: string | null = null;
  let unwritten: MlbenchError | null = null;
  const read = (): Ledger => {
    if (known !== null && unwritten !== null) return copyOf(known);
    try {
      const found = readLedgerFile(path);
      if (found === null && known !== null && hasExperiments(known)) {
        lost ??= `the ledger ${path} vanished while the command was at work`;
        return copyOf(known);
      }
      known = found ?? emptyLedger();
    } catch (error) {
      if (!hasExperiments(known) || known === null || isOfLaterVersion(error)) throw error;
      lost ??= `the ledger broke while the command was at work: ${(error as Error).message}`;
    }
    return copyOf(known);
  };
  const write = (ledger: Ledger) => {
    try {
      writeFileAtomic(path, ledgerText(ledger));
    } catch (error) {
      throw unwritableStateDirectory(stateDir, error);
    }
    known = ledger;
    written = true;
    unwritten = null;
  };
  const tryToWrite = (ledger: Ledger) => {
    try {
      write(ledger);
    } catch (error) {
      known = ledger;
      unwritten = error as MlbenchError;
    }
  };
  return {
    path,
    read,
    update(change) {
      const ledger = read();
      change(ledger);
      if (written) orInTheMiddle(() => write(ledger));
      else write(ledger);
    },
    note(change) {
      const ledger = read();
      change(ledger);
      tryToWrite(ledger);
    },
    trouble() {
      // What this command made is on record again, even if nothing more was to be written.
      if (lost !== null && written && known !== null && readOrNull(path) === null) tryToWrite(known);
      return troubleOf(unwritten, lost);
    },
  };
}

/** An experiment may be called `constructor`: the copy keeps what the file's reader took care of. */
function copyOf(ledger: Ledger): Ledger {
  return {
    ...ledger,
    experiments: Object.assign(Object.create(null), structuredClone({ ...ledger.experiments })),
  };
}

function readOrNull(path: string): Ledger | null {
  try {
    return readLedgerFile(path);
  } catch {
    return null;
  }
}

function isOfLaterVersion(error: unknown): boolean {
  return error instanceof MlbenchError && error.code === 'ledger-version';
}

function orInTheMiddle(write: () => void): void {
  try {
    write();
  } catch (error) {
    throw inTheMiddle(error as MlbenchError);
  }
}

function hasExperiments(ledger: Ledger | null): boolean {
  return ledger !== null && Object.keys(ledger.experiments).length > 0;
}

function troubleOf(unwritten: MlbenchError | null, lost: string | null): LedgerTrouble | null {
  if (unwritten !== null) return behindTrouble(unwritten);
  return lost === null ? null : lostTrouble(lost);
}

/** Code 2 is for what is refused before anything is done. */
function inTheMiddle({ code, message, remedy, source, cause }: MlbenchError): MlbenchError {
  return new MlbenchError({
    code,
    message: `${message}; nothing more is made, and what was made is on record`,
    remedy: `${remedy}; then \`${ownCommand('up')}\` goes on, or \`${ownCommand('down')}\` removes what is up`,
    source,
    cause,
    exitCode: exitCodes.failed,
  });
}

function lostTrouble(message: string): LedgerTrouble {
  return {
    kind: 'lost',
    message: `${message}; it was written anew from memory`,
    remedy: `\`${ownCommand('status')}\` shows what is up, \`${ownCommand('down')}\` removes it`,
  };
}

function behindTrouble({ message, remedy }: MlbenchError): LedgerTrouble {
  return {
    kind: 'behind',
    message: `what was done last is not on record: ${message}`,
    remedy: `${remedy}; \`${ownCommand('down')}\` then brings the record up to date`,
  };
}
