import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { type Access, folderModeOf } from './umask.ts';

/**
 * Makes a folder and those above it that are missing. Not `mkdirSync`'s own `recursive`: below `/proc`, where a folder
 * cannot be made and the system says ENOENT, Node 24's never returns.
 *
 * @throws the system's error for the first folder that cannot be made
 */
export function makeFolder(path: string, access: Access = 'private'): void {
  try {
    makeOne(path, access);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' && statSync(path).isDirectory()) return;
    const above = dirname(path);
    if (systemErrorCode(error) !== 'ENOENT' || above === path) throw error;
    makeFolder(above, access);
    makeOnce(path, access);
  }
}

/** Another process may have made it meanwhile. */
function makeOnce(path: string, access: Access): void {
  try {
    makeOne(path, access);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

function makeOne(path: string, access: Access): void {
  mkdirSync(path, 0o700);
  // The umask of this process is not the user's.
  if (access === 'asked-for') chmodSync(path, folderModeOf(access));
}
