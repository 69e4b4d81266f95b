import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { ExportInput } from '../../../lambdas/request/export-input.ts';
import type { Tenant } from '../../../lambdas/shared/contract.ts';
import type { WorkflowResources } from '../resources.ts';

export interface BatchWorkflowProps {
  readonly resources: WorkflowResources;
  readonly tenant: Tenant;
  /** What the inputs of the exports don't say. */
  readonly defaultExport: ExportInput;
  /** Makes the exports, one by one. */
  readonly exportStateMachine: StateMachine;
  /** Seconds after which an export was ended. */
  readonly longestExport: number;
}
