import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../local/states-language/index.ts';

/** A recorded execution: what is run, and what AWS answered. */
export interface Vector {
  name: string;
  features: string[];
  definition: Json;
  input: Json;
  tasks: Record<string, TaskBehaviour>;
  expected: Record<string, Json>;
  /** JSON pointers into `expected` whose values differ from run to run. */
  unstable: string[];
}

/** What a task does: `throws` is the payload of the error, `sequence` has one behaviour a call. */
export type TaskBehaviour =
  | { returns: Json }
  | { echo: true }
  | { throws: { errorType: string; errorMessage: string } & Record<string, Json> }
  | { sleepSeconds: number }
  | { sequence: TaskBehaviour[] };

/** Definitions with these features must be refused when they are loaded. */
const OUT_OF_SCOPE = new Set([
  'credentials',
  'heartbeat-seconds',
  'item-batcher',
  'item-reader',
  'map-distributed',
  'start-execution-sync',
]);

export function isOutOfScope(vector: Vector): boolean {
  return vector.features.some((feature) => OUT_OF_SCOPE.has(feature));
}

/** Reads the vectors of a folder, or of the folder `vectors` in it, by name. */
export async function readVectors(folder: string): Promise<Vector[]> {
  const names = await readdir(folder);
  if (names.includes('vectors')) return readVectors(join(folder, 'vectors'));
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Vector);
}
