import { App, type AppProps, Tags } from 'aws-cdk-lib';
import { tellOfQuotas } from './quotas.ts';
import { SharedStack } from './shared-stack.ts';
import type { AlarmSettings } from './settings/alarm-settings.ts';
import {
  configProblems,
  InvalidConfigurationError,
  readerProblems,
  stackNameProblems,
  type TenantSettings,
} from './settings/tenant-settings.ts';
import { TenantStack } from './tenant-stack.ts';

export const defaultStackName = 'LuccaReportExport';

/** Name of a tenant's stack. It must stay the same: the stack holds the API key. */
export const tenantStackName = (tenant: string, stackName = defaultStackName): string =>
  `${stackName}-${tenant}`;

/** A stack can't take away what another one still uses. */
const crossStackReferences = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

export interface AppSettings {
  readonly tenants: readonly TenantSettings[];

  /**
   * Name of the stack that tenants share, with which the names of everything else begin. Two deployments in one account and
   * region have two.
   * @default 'LuccaReportExport'
   */
  readonly stackName?: string | undefined;

  /** See `SharedResourcesProps.reportReaders`. */
  readonly reportReaders?: readonly string[] | undefined;

  /** See `SharedResourcesProps.alarms`. */
  readonly alarms?: AlarmSettings | undefined;

  /**
   * See `TenantExportProps.allowLoopbackDomain`.
   * @default false
   */
  readonly allowLoopbackDomain?: boolean;
}

/**
 * The CDK app: a stack for what all tenants share, and one for each tenant. Throws when anything is wrong in the
 * configuration.
 */
export function createApp(settings: AppSettings, appProps?: AppProps): App {
  const {
    tenants,
    stackName = defaultStackName,
    reportReaders,
    alarms,
    allowLoopbackDomain = false,
    ...others
  } = settings;
  const problems = [
    // What is exported under another name would be ignored.
    ...Object.keys(others).map(
      (name) => `${name}: expected tenants, alarms, stackName and reportReaders alone`,
    ),
    ...configProblems({ tenants, alarms }, { allowLoopbackDomain }),
    ...readerProblems(reportReaders),
    ...stackNameProblems(stackName),
  ];
  if (problems.length > 0) throw new InvalidConfigurationError(problems);
  const app = new App({ ...appProps, context: { ...crossStackReferences, ...appProps?.context } });
  Tags.of(app).add('application', 'lucca-report-export');
  const { resources: shared } = new SharedStack(app, stackName, {
    description: 'What all tenants of lucca-report-export share: the bucket and the leases.',
    // Nobody deletes it by accident.
    terminationProtection: true,
    reportReaders,
    alarms,
  });
  for (const tenant of tenants) {
    const stack = new TenantStack(app, tenantStackName(tenant.name, stackName), {
      ...tenant,
      description: `Exports timesheet reports of the Lucca tenant ${tenant.name}.`,
      terminationProtection: true,
      shared,
      allowLoopbackDomain,
    });
    Tags.of(stack).add('lucca-tenant', tenant.name);
  }
  tellOfQuotas(app);
  return app;
}
