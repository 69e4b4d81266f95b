import { PayrollStack } from '../../docs/examples/payroll/payroll-stack.ts';
import { createApp, tenantStackName } from '../../lib/app.ts';
import type { SynthesisRequest } from '../../local/assembly/synthesise.ts';
import type { TenantStack } from '../../lib/tenant-stack.ts';
import { acme, onCall } from './acme.ts';

/** The app that the tests run: a tenant with a schedule, and the documentation's example of another workflow. */
const { name, domain, directory } = JSON.parse(process.argv[2]!) as SynthesisRequest;
const app = createApp(
  { tenants: [{ ...acme, name, domain }], alarms: onCall, allowLoopbackDomain: true },
  { outdir: directory },
);
const { tenant } = app.node.findChild(tenantStackName(name)) as TenantStack;
new PayrollStack(app, 'Payroll', { tenant });
app.synth();
