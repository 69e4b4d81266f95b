import type { Execution } from '../../../local/aws/step-functions/step-functions.ts';

type Machine = Pick<Execution, 'stateMachineArn'>;

/** What a state machine does, such as `Export`: the last word of its name. */
export const machineNameOf = (arn: string): string => /\w+$/.exec(arn)?.[0] ?? arn;

export const isExport = ({ stateMachineArn }: Machine): boolean =>
  machineNameOf(stateMachineArn) === 'Export';
export const isBatch = ({ stateMachineArn }: Machine): boolean => machineNameOf(stateMachineArn) === 'Batch';
