import type { Execution } from '../../../local/aws/step-functions/step-functions.ts';

/** What an execution does, by the id of its state machine. */
export const isExport = ({ stateMachineArn }: Execution): boolean =>
  /-TenantWorkflow\w+$/.test(stateMachineArn);
export const isBatch = ({ stateMachineArn }: Execution): boolean => /-TenantBatch\w+$/.test(stateMachineArn);
