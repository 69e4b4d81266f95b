import { createHash } from 'node:crypto';

/** Step Functions' limit for the name of an execution, in characters. */
const longestName = 80;

/**
 * Name of the execution that makes one export of a batch, such as `nightly-003-2026-03-01_2026-03-31`. It depends on
 * nothing else, so that an export is never started twice by the same batch.
 */
export function childName(batch: string, index: number, periodFolder: string): string {
  const suffix = `-${String(index + 1).padStart(3, '0')}-${periodFolder}`;
  const room = longestName - suffix.length;
  const characters = Array.from(batch);
  if (characters.length <= room) return batch + suffix;
  const hash = createHash('sha256').update(batch).digest('hex').slice(0, 8);
  return `${characters.slice(0, room - hash.length - 1).join('')}-${hash}${suffix}`;
}
