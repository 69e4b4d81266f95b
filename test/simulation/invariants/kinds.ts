import type { Execution } from '../../../local/aws/step-functions/step-functions.ts';

/** What an execution does, by the name of its state machine. */
export const isExport = ({ stateMachineArn }: Execution): boolean => stateMachineArn.endsWith('-Export');
export const isBatch = ({ stateMachineArn }: Execution): boolean => stateMachineArn.endsWith('-Batch');
