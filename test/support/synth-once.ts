import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { placeholderDomain, runApp } from '../../local/assembly/synthesise.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What synthesis emitted, for a Lucca at `placeholderDomain`. */
    assemblyDirectory: string;
  }
}

/** Synthesises the app once for all test files, bundles included. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-test-'));
  await runApp(new URL('app.ts', import.meta.url), { name: 'acme', domain: placeholderDomain, directory });
  project.provide('assemblyDirectory', directory);
  return () => rm(directory, { recursive: true, force: true });
}
