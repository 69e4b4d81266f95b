import { readdirSync, readFileSync } from 'node:fs';

/** Definitions of a version that was released, by the state machines' ARNs. */
export type ReleasedDefinitions = Readonly<Record<string, unknown>>;

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));

/** The versions that are kept, the newest one last. */
export const releasedVersions: string[] = files
  .map((file) => file.replace('.json', ''))
  .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));

export const definitionsOf = (version: string): ReleasedDefinitions =>
  JSON.parse(readFileSync(new URL(`${version}.json`, import.meta.url), 'utf8')) as ReleasedDefinitions;
