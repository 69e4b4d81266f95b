import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesise } from '../../local/assembly/synthesise.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What synthesis emitted, for a Lucca at `placeholderDomain`. */
    assemblyDirectory: string;
  }
}

/** Tests put the address of their own simulator in its place: it is known only when that runs. */
export const placeholderDomain = 'http://127.0.0.1:1';

/** Synthesises the app once for all test files, bundles included. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-test-'));
  await synthesise({ name: 'acme', domain: placeholderDomain }, directory, {
    app: new URL('app.ts', import.meta.url),
  });
  project.provide('assemblyDirectory', directory);
  return () => rm(directory, { recursive: true, force: true });
}
