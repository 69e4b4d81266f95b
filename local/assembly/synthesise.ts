import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Assembly, readAssembly } from './read-assembly.ts';

/** The one tenant that the app is synthesised for. */
export interface LocalTenant {
  /** First folder of the keys. */
  name: string;
  domain: string;
  /** Name of a tenant in `bin/config.ts`, whose other settings are taken. @default the first one */
  configured?: string;
}

/**
 * Synthesises the app for a tenant and reads what came out. Throws with what the CDK said when it fails.
 * @param options.app a program that does so, given the name and the domain
 */
export async function synthesise(
  { name, domain, configured = '' }: LocalTenant,
  directory: string,
  { signal, app = new URL('app.ts', import.meta.url) }: { signal?: AbortSignal; app?: URL } = {},
): Promise<Assembly> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(process.execPath, [fileURLToPath(app), name, domain, configured], {
    env: { ...process.env, LUCCA_API_KEY: '', CDK_OUTDIR: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.on('error', reject).on('close', (code) => {
    if (code === 0) resolve();
    else reject(new Error(`The app could not be synthesised:\n${said}`));
  });
  await promise;
  return readAssembly(directory);
}
