/**
 * Who may read what is made. `private`: this user alone, for all that mlbench keeps for itself. `asked-for`: whoever
 * the user's umask lets, for a file or a folder that the user named (`--out`, `--csv`, `--html`).
 */
export type Access = 'private' | 'asked-for';

let usersUmask: number | undefined;

/**
 * At the start of every program: what it makes from here on, and what libraries and children make, is its user's alone,
 * whatever the umask was. A umask that takes rights from the user, too (0777), would leave files that nobody can read.
 */
export function keepFilesPrivate(): void {
  usersUmask ??= process.umask(0o077);
}

export function fileModeOf(access: Access): number {
  return modeOf(access, 0o666);
}

export function folderModeOf(access: Access): number {
  return modeOf(access, 0o777);
}

function modeOf(access: Access, most: number): number {
  return access === 'private' ? most & 0o700 : most & ~(usersUmask ?? process.umask());
}
