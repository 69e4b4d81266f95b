import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Assembly, StateMachineResource } from '../../local/assembly/assembly.ts';
import { readAssembly } from '../../local/assembly/read-assembly.ts';
import type { AroundTask } from '../../local/aws/step-functions/step-functions.ts';
import { VirtualClock } from '../../local/clock.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { type LuccaSimulator, startLuccaSimulator } from '../../local/lucca-simulator/simulator.ts';
import type { ExecutionEvent, ExecutionResult, Json } from '../../local/states-language/index.ts';
import type { Flow } from './definition.ts';
import { type LeaseTable, leaseTable } from './leases.ts';
import { runningFunctions } from './running-functions.ts';
import { placeholderDomain, replaceText } from '../../local/assembly/synthesise.ts';

export const apiKey = 'f0e1d2c3-b4a5-4968-8776-655443322110';

/** Anything that answers as Lucca does. */
interface Lucca {
  /** Origin, to be used as the tenant's domain. */
  url: string;
  close: () => Promise<void>;
}

/** A world in which the synthesised workflow runs with its real bundles, in virtual time. */
export interface World<L extends Lucca = LuccaSimulator> {
  clock: VirtualClock;
  lucca: L;
  engine: Engine;
  events: ExecutionEvent[];
  /** What the functions logged. */
  logs: string[];
  /** Runs an export. Executions are numbered unless named. */
  run: (input: Json, options?: RunOptions) => Promise<ExecutionResult>;
  /** Runs a batch. */
  runBatch: (input: Json, options?: RunOptions) => Promise<ExecutionResult>;
  leases: LeaseTable;
  /** The one that makes exports. */
  stateMachineArn: string;
  /** Outputs of all stacks, by name. */
  outputs: Record<string, string>;
  schedules: Assembly['schedules'];
  /** The bucket's objects as files: bytes by key. */
  files: () => Record<string, Buffer>;
  /** Everything on disk, the stand-in's own records included. */
  allFiles: () => Record<string, Buffer>;
}

export interface RunOptions {
  name?: string;
  signal?: AbortSignal;
  random?: () => number;
  onEvent?: (event: ExecutionEvent, execution: string) => void;
}

let worlds = 0;

interface WorldOptions {
  apiKey?: string;
  change?: (assembly: Assembly) => void;
  /** The same, before the address of Lucca is put in. */
  released?: (assembly: Assembly) => void;
  around?: AroundTask;
}

/** With the simulator. Ends with the test. */
export const createWorld = ({
  generationSeconds = 4,
  ...options
}: WorldOptions & { generationSeconds?: number } = {}): Promise<World> =>
  createWorldAround((clock) => startLuccaSimulator({ clock, apiKeys: [apiKey], generationSeconds }), options);

/** Ends with the test, and so does its Lucca. */
export async function createWorldAround<L extends Lucca>(
  startLucca: (clock: VirtualClock) => Promise<L>,
  options: WorldOptions = {},
): Promise<World<L>> {
  const clock = new VirtualClock('2026-11-02T05:00:00Z');
  const lucca = await startLucca(clock);
  const directory = await mkdtemp(join(tmpdir(), 'lucca-report-export-bucket-'));
  const events: ExecutionEvent[] = [];
  const logs: string[] = [];
  const assembly = await assemblyFor(lucca.url, ++worlds, options.released);
  const outputs = Object.assign({}, ...Object.values(assembly.outputs)) as Record<string, string>;
  options.change?.(assembly);
  const engine = await startEngine({
    assembly,
    directory,
    apiKey: options.apiKey ?? apiKey,
    clock,
    ...(options.around === undefined ? {} : { around: options.around }),
    running: await runningFunctions(assembly.functions, (line) => logs.push(line)),
  });
  onTestFinished(async () => {
    await Promise.all([engine.close(), lucca.close()]);
    await rm(directory, { recursive: true, force: true });
  });
  let executions = 0;
  const runOn =
    (output: string) =>
    (input: Json, given: RunOptions = {}) => {
      const { name = `test-${++executions}`, signal, random = () => 0.5, onEvent } = given;
      return engine.run(outputs[output]!, {
        input,
        name,
        random,
        onEvent: (event, execution) => {
          events.push(event);
          onEvent?.(event, execution);
        },
        ...(signal === undefined ? {} : { signal }),
      });
    };
  return {
    clock,
    lucca,
    engine,
    events,
    logs,
    run: runOn('StateMachineArn'),
    runBatch: runOn('BatchStateMachineArn'),
    leases: leaseTable(engine, assembly, clock),
    stateMachineArn: outputs.StateMachineArn!,
    outputs,
    schedules: assembly.schedules,
    files: () => readAll(directory, (key) => !key.startsWith('.')),
    allFiles: () => readAll(directory, () => true),
  };
}

/** What synthesis emitted, for another Lucca, and with a secret of the world's own. */
async function assemblyFor(
  domain: string,
  world: number,
  change: (assembly: Assembly) => void = () => {},
): Promise<Assembly> {
  const assembly = await readAssembly(inject('assemblyDirectory'));
  change(assembly);
  const [secret] = assembly.secrets;
  return replaceText(replaceText(assembly, placeholderDomain, domain), secret!, `${secret}-${world}`);
}

function readAll(directory: string, wanted: (key: string) => boolean): Record<string, Buffer> {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const keys = paths.map((path) => relative(directory, path)).filter(wanted);
  return Object.fromEntries(keys.toSorted().map((key) => [key, readFileSync(join(directory, key))]));
}

/** Changes the text of all definitions, before a world runs them. */
export const changeDefinitions =
  (change: (definition: string) => string) =>
  ({ stateMachines }: Assembly): void => {
    for (const machine of stateMachines) {
      machine.definition = JSON.parse(change(JSON.stringify(machine.definition)));
    }
  };

/** The state machine that makes exports. */
export const exportMachine = ({ stateMachines }: Assembly) =>
  stateMachines.find(({ arn }) => arn.endsWith('-Export'))! as StateMachineResource & {
    definition: Flow & { TimeoutSeconds: number };
  };

/** The names of the states that were entered. */
export const statesOf = (events: ExecutionEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'stateEntered' ? [event.state] : []));

/** The times that a state was tried again. */
export const retriesOf = (events: ExecutionEvent[], state: string) =>
  events.filter((event) => event.type === 'retryScheduled' && event.state === state);
