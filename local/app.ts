import { tenants } from '../bin/config.ts';
import { createApp } from '../lib/app.ts';

/**
 * The CDK app as the laptop runs it: the first tenant of the configuration, with the name and domain that
 * `synthesise` asks for. A process of its own: synthesis writes to the terminal and leaves a large library in memory.
 */
const [, , name, domain] = process.argv as [string, string, string, string];
createApp({ tenants: [{ ...tenants[0]!, name, domain }], allowLoopbackDomain: true }).synth();
