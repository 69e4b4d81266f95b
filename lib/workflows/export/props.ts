import type { ExportInput } from '../../../lambdas/request/export-input.ts';
import type { Tenant } from '../../../lambdas/shared/contract.ts';
import type { WorkflowResources } from '../resources.ts';
import type { RunTimes } from '../run-times.ts';
import type { Lease } from '../steps/lease.ts';

export interface ExportWorkflowProps {
  readonly resources: WorkflowResources;
  readonly tenant: Tenant;
  /** What an input doesn't say. */
  readonly defaultExport: ExportInput;
  readonly times: RunTimes;
  /** Of the state machine that is made of the states. */
  readonly stateMachineName: string;
}

/** Of the states under the lease. */
export interface UnderLeaseProps extends ExportWorkflowProps {
  readonly lease: Lease;
}
