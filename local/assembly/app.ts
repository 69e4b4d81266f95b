import { tenants } from '../../bin/config.ts';
import { createApp } from '../../lib/app.ts';

/**
 * The CDK app as the laptop runs it: one tenant of the configuration, the first one unless another is named, with the
 * name and domain that `synthesise` asks for. A process of its own: synthesis writes to the terminal and leaves a large
 * library in memory.
 */
const [, , name, domain, configured] = process.argv as unknown as [string, string, string, string, string?];
const settings = tenants.find((tenant) => tenant.name === configured) ?? tenants[0]!;
createApp({ tenants: [{ ...settings, name, domain }], allowLoopbackDomain: true }).synth();
