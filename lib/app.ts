import { App, type AppProps } from 'aws-cdk-lib';
import { SharedStack } from './shared-stack.ts';
import {
  configProblems,
  InvalidConfigurationError,
  readerProblems,
  type TenantSettings,
} from './settings/tenant-settings.ts';
import { TenantStack } from './tenant-stack.ts';

export const sharedStackName = 'LuccaReportExport';

/** Name of a tenant's stack. It must stay the same: the stack holds the API key. */
export const tenantStackName = (tenant: string): string => `${sharedStackName}-${tenant}`;

/** A stack can't take away what another one still uses. */
const crossStackReferences = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

export interface AppSettings {
  readonly tenants: readonly TenantSettings[];

  /** See `SharedResourcesProps.reportReaders`. */
  readonly reportReaders?: readonly string[] | undefined;

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
  const { tenants, reportReaders, allowLoopbackDomain = false } = settings;
  const problems = [...configProblems(tenants, { allowLoopbackDomain }), ...readerProblems(reportReaders)];
  if (problems.length > 0) throw new InvalidConfigurationError(problems);
  const app = new App({ ...appProps, context: { ...crossStackReferences, ...appProps?.context } });
  const { resources: shared } = new SharedStack(app, sharedStackName, { reportReaders });
  for (const tenant of tenants) {
    new TenantStack(app, tenantStackName(tenant.name), { ...tenant, shared, allowLoopbackDomain });
  }
  return app;
}
