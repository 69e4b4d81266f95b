import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { forgetEnvironment } from './environment.ts';
import type { SynthesisAnswer, SynthesisRequest } from './synthesise.ts';

/**
 * The CDK app as the laptop runs it: one tenant of the configuration, the first one unless another is named, with the
 * name and domain that `synthesise` asks for. A process of its own: synthesis writes to the terminal and leaves a large
 * library in memory. Tells its parent which files went into what came out.
 */
const { name, domain, configured, directory } = JSON.parse(process.argv[2]!) as SynthesisRequest;

const loaded = new Set<string>();
registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) loaded.add(fileURLToPath(url));
    return next(url, context);
  },
});
// The configuration may depend on the environment, and its value is what the assembly is kept by. Nothing else may.
const { describeSettings, settingsOf } = await import('./synthesise.ts');
const all = settingsOf(configured);
const settings = describeSettings(all);
const { alarms, ...tenant } = all;
forgetEnvironment(process.env);

const { bundleFunctionsAhead } = await import('../../lib/bundles.ts');
const bundling = bundleFunctionsAhead();
const { createApp } = await import('../../lib/app.ts');
const { inputs } = await bundling;

createApp(
  { tenants: [{ ...tenant, name, domain }], alarms, allowLoopbackDomain: true },
  { outdir: directory },
).synth();
const answer: SynthesisAnswer = {
  settings,
  inputs: [...new Set([...loaded, ...inputs])],
};
process.send!(answer);
