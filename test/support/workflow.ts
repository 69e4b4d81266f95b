import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { type Assembly, readAssembly } from '../../local/assembly.ts';
import { VirtualClock } from '../../local/clock.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { type LuccaSimulator, startLuccaSimulator } from '../../local/lucca-simulator/simulator.ts';
import type { ExecutionEvent, ExecutionResult, Json } from '../../local/states-language/index.ts';
import { placeholderDomain } from './synth-once.ts';

export const apiKey = 'f0e1d2c3-b4a5-4968-8776-655443322110';

/** A world in which the synthesised workflow runs with its real bundles, in virtual time. */
export interface World {
  clock: VirtualClock;
  lucca: LuccaSimulator;
  engine: Engine;
  events: ExecutionEvent[];
  /** What the functions logged. */
  logs: string[];
  run: (input: Json, options?: { name?: string; signal?: AbortSignal }) => Promise<ExecutionResult>;
  /** The bucket's objects as files: bytes by key. */
  files: () => Record<string, Buffer>;
  /** Everything on disk, the stand-in's own records included. */
  allFiles: () => Record<string, Buffer>;
}

/** Ends with the test. */
export async function createWorld(options: { apiKey?: string } = {}): Promise<World> {
  const clock = new VirtualClock('2026-11-02T05:00:00Z');
  const lucca = await startLuccaSimulator({ clock, apiKeys: [apiKey] });
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-bucket-'));
  const events: ExecutionEvent[] = [];
  const logs: string[] = [];
  const engine = await startEngine({
    assembly: await assemblyFor(lucca.url),
    directory,
    apiKey: options.apiKey ?? apiKey,
    clock,
    onLog: (_, line) => logs.push(line),
  });
  onTestFinished(async () => {
    await Promise.all([engine.close(), lucca.close()]);
    await rm(directory, { recursive: true, force: true });
  });
  return {
    clock,
    lucca,
    engine,
    events,
    logs,
    run: (input, { name = 'test', signal } = {}) =>
      engine.run({
        input,
        name,
        random: () => 0.5,
        onEvent: (event) => events.push(event),
        ...(signal === undefined ? {} : { signal }),
      }),
    files: () => readAll(directory, (key) => !key.startsWith('.')),
    allFiles: () => readAll(directory, () => true),
  };
}

async function assemblyFor(domain: string): Promise<Assembly> {
  const assembly = await readAssembly(inject('assemblyDirectory'));
  return JSON.parse(JSON.stringify(assembly).replaceAll(placeholderDomain, domain)) as Assembly;
}

function readAll(directory: string, wanted: (key: string) => boolean): Record<string, Buffer> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const keys = paths.map((path) => relative(directory, path)).filter(wanted);
  return Object.fromEntries(keys.toSorted().map((key) => [key, readFileSync(join(directory, key))]));
}

/** The names of the states that were entered. */
export const statesOf = (events: ExecutionEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'stateEntered' ? [event.state] : []));
