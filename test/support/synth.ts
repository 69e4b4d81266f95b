import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type AppSettings, createApp, defaultStackName, tenantStackName } from '../../lib/app.ts';
import { checkSecurity } from '../../lib/security-checks.ts';
import type { TenantSettings } from '../../lib/settings/tenant-settings.ts';
import { acme, onCall } from './acme.ts';

export interface Templates {
  shared: Template;
  /** In the order of the tenants. */
  tenants: Template[];
}

/** The templates of the stacks for some tenants, without bundling the functions. */
export function synthTemplates(
  tenants: TenantSettings[] = [acme],
  settings: Partial<AppSettings> = {},
): Templates {
  const outdir = mkdtempSync(join(tmpdir(), 'lucca-report-export-'));
  try {
    const context = { 'aws:cdk:bundling-stacks': [] };
    const app = checkSecurity(createApp({ tenants, alarms: onCall, ...settings }, { outdir, context }));
    const templateOf = (name: string) => Template.fromStack(app.node.findChild(name) as Stack);
    return {
      shared: templateOf(settings.stackName ?? defaultStackName),
      tenants: tenants.map(({ name }) => templateOf(tenantStackName(name, settings.stackName))),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
