import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * Throws where a symbolic link stands between a directory and a path in it: what is written or removed
 * there would be somewhere else. The directory itself may be reached through one.
 */
export function refuseLinks(directory: string, path: string): void {
  let place = directory;
  for (const name of relative(directory, path).split(sep)) {
    place = join(place, name);
    if (!isLink(place)) continue;
    throw Object.assign(new Error(`${place} is a symbolic link, which is not followed`), { code: 'ELOOP' });
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    // Nothing is there, or a file is above it.
    return false;
  }
}
