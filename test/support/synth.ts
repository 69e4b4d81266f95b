import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApp, stackName } from '../../lib/app.ts';
import type { TenantSettings } from '../../lib/tenant-settings.ts';

export const acme: TenantSettings = {
  name: 'acme',
  domain: 'https://acme.ilucca.net',
  timeZone: 'Europe/Paris',
};

/** The template of the stack for some tenants, without bundling the functions. */
export function synthTemplate(tenants: TenantSettings[] = [acme]): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'lucca-report-export-'));
  const app = createApp({ tenants }, { outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  const template = Template.fromStack(app.node.findChild(stackName) as Stack);
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  return template;
}
