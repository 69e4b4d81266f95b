import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import * as config from '../../bin/config.ts';
import type { Assembly } from './assembly.ts';
import { cacheKey, createDraft, findCached, keepDraft } from './cache.ts';
import { readAssembly } from './read-assembly.ts';

/** The one tenant that the app is synthesised for. */
export interface LocalTenant {
  /** First folder of the keys. */
  name: string;
  domain: string;
  /** Name of a tenant in `bin/config.ts`, whose other settings are taken. @default the first one */
  configured?: string | undefined;
}

/** What `app.ts`, or a program in its place, is asked for. */
export interface SynthesisRequest extends LocalTenant {
  /** Where the assembly goes. */
  directory: string;
}

/** What it answers. */
export interface SynthesisAnswer {
  /** The settings of the tenant, as `describeSettings` tells them. */
  settings: string;
  /** Every file that was read: modules, and what went into bundles. */
  inputs: string[];
}

export interface SynthesisOptions {
  /** Ends it. */
  signal?: AbortSignal;
  /** Told when nothing could be taken from the cache, and it begins. */
  onSynthesis?: () => void;
}

/**
 * The app for a tenant as `cdk synth` would emit it. It is synthesised anew only where something that goes into it is
 * not what it was the last time.
 */
export async function synthesise(tenant: LocalTenant, options: SynthesisOptions = {}): Promise<Assembly> {
  const { domain, ...others } = tenant;
  // The port of a stand-in of Lucca is another one each time.
  const isLoopback = domain.startsWith('http://');
  const request = { ...others, domain: isLoopback ? placeholderDomain : domain };
  const directory = await assemblyOf(request, options);
  const assembly = await readAssembly(directory);
  return isLoopback ? replaceText(assembly, placeholderDomain, domain) : assembly;
}

/** In an assembly, the Lucca whose address is not known when it is made. */
export const placeholderDomain = 'http://127.0.0.1:1';

/** An assembly with a text in place of another one, wherever that stands. */
export const replaceText = (assembly: Assembly, from: string, to: string): Assembly =>
  JSON.parse(JSON.stringify(assembly).replaceAll(from, to)) as Assembly;

async function assemblyOf(request: LocalTenant, { signal, onSynthesis }: SynthesisOptions): Promise<string> {
  const settings = describeSettings(settingsOf(request.configured));
  const key = cacheKey({ ...request, settings });
  const cached = key && findCached(key);
  if (cached) return cached;
  onSynthesis?.();
  const draft = await createDraft();
  try {
    const answer = await runApp(new URL('app.ts', import.meta.url), { ...request, directory: draft }, signal);
    // Never found again: a configuration that differs each time it is read, sources that changed meanwhile.
    const isReliable =
      key !== undefined && answer.settings === settings && cacheKey({ ...request, settings }) === key;
    return await keepDraft(draft, isReliable ? key : randomUUID(), answer.inputs);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The value of a tenant's settings, down to every part: it may depend on the environment, on the time, on whatever
 * else. Where two are told alike, so is what is synthesised from them.
 */
export const describeSettings = (settings: object): string =>
  inspect(settings, {
    depth: Infinity,
    maxArrayLength: null,
    maxStringLength: null,
    getters: true,
    showHidden: true,
  });

type TenantSettings = (typeof config.tenants)[number];

/** The settings of a tenant, with those of all tenants where it has none of its own. */
export function settingsOf(configured: string | undefined): TenantSettings {
  const { tenants, alarms }: { tenants: TenantSettings[]; alarms?: TenantSettings['alarms'] } = config;
  const tenant = tenants.find(({ name }) => name === configured) ?? tenants[0]!;
  return alarms === undefined ? tenant : { alarms, ...tenant };
}

/** Runs a program that synthesises an app, in a process of its own. Throws with what the CDK said when it fails. */
export async function runApp(
  app: URL,
  request: SynthesisRequest,
  signal?: AbortSignal,
): Promise<SynthesisAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<SynthesisAnswer>();
  const child = spawn(process.execPath, [fileURLToPath(app), JSON.stringify(request)], {
    // AWS's validation of the templates takes ten times as long as the rest: `cdk synth` does it, and CI.
    env: { ...process.env, LUCCA_API_KEY: '', CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(signal === undefined ? {} : { signal }),
  });
  let said = '';
  let answer: SynthesisAnswer = { settings: '', inputs: [] };
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.on('message', (message) => {
    answer = message as SynthesisAnswer;
  });
  child.on('error', reject).on('close', (code) => {
    if (code === 0) resolve(answer);
    else reject(new Error(`The app could not be synthesised:\n${said}`));
  });
  return promise;
}
