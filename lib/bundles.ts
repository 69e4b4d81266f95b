import { readdirSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type BuildResult, buildSync } from 'esbuild';

/** The code of every function: one ES module each, which brings the AWS SDK that it was tested with. */
export interface Bundles {
  /** By name of the function's file, such as `create-report`. */
  code: ReadonlyMap<string, Uint8Array>;
  /** The files that went into them. */
  inputs: readonly string[];
}

/** Where the functions are, each in a file of its own. */
export const lambdas = fileURLToPath(new URL('../lambdas/', import.meta.url));
const names = readdirSync(lambdas, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => parse(entry.name).name);

const options = {
  entryPoints: names.map((name) => `${lambdas}${name}.ts`),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Without this, esbuild takes CommonJS builds, whose `require` doesn't exist in an ES module.
  mainFields: ['module', 'main'],
  minify: true,
  outdir: '.',
  write: false,
  metafile: true,
} as const satisfies BuildOptions;

let bundles: Bundles | undefined;

/** Bundles all functions in one run, at the first call. */
export const bundleFunctions = (): Bundles => (bundles ??= toBundles(buildSync(options)));

/** The same, while something else is going on: the calls of `bundleFunctions` after it find everything done. */
export async function bundleFunctionsAhead(): Promise<Bundles> {
  return (bundles ??= toBundles(await build(options)));
}

const toBundles = ({ outputFiles, metafile }: BuildResult<typeof options>): Bundles => ({
  code: new Map(outputFiles.map(({ contents }, index) => [names[index]!, contents])),
  inputs: Object.keys(metafile.inputs).map((input) => resolve(input)),
});
