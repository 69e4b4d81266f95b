import { randomUUID } from 'node:crypto';
import { type Json, TaskFailure } from '../../../states-language/index.ts';
import { describe } from '../execution.ts';
import type { Integration, Integrations } from './integration.ts';

const startArguments = ['StateMachineArn', 'Name', 'Input'];

interface StartArguments {
  StateMachineArn: string;
  Name?: string;
  Input: Json;
}

/** Starts an execution and waits for its end. */
const startExecutionAndWait: Integration = {
  service: 'Step Functions',
  outages: [
    'StepFunctions.ThrottlingException',
    'StepFunctions.AWSStepFunctionsException',
    'StepFunctions.SdkClientException',
  ],
  arguments: startArguments,
  waits: true,
  call: async ({ start }, call, parent) => {
    const {
      StateMachineArn,
      Name: name = randomUUID(),
      Input: input,
    } = call.arguments as unknown as StartArguments;
    const execution = start(StateMachineArn, { ...parent, name, input, signal: call.signal });
    const result = await execution.ended;
    if (result.status === 'SUCCEEDED') return { ...describe(execution), Output: result.output };
    throw new TaskFailure('States.TaskFailed', JSON.stringify(describe(execution)));
  },
};

const sdkOutages = ['Sfn.SfnException', 'Sfn.SdkClientException'];

/** Starts an execution. Its input is JSON text, and its errors are those of the SDK, which calls the service `Sfn`. */
const startExecution: Integration = {
  service: 'Step Functions',
  outages: sdkOutages,
  arguments: startArguments,
  call: ({ startDetached }, call) => {
    const { StateMachineArn, Name: name = randomUUID(), Input } = call.arguments as unknown as StartArguments;
    try {
      const { arn, startedAt } = startDetached(StateMachineArn, {
        name,
        input: JSON.parse(Input as string) as Json,
      });
      return { ExecutionArn: arn, StartDate: new Date(startedAt).toISOString() };
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      throw new TaskFailure(error.error.replace(/^StepFunctions/, 'Sfn'), String(error.cause));
    }
  },
};

const describeExecution: Integration = {
  service: 'Step Functions',
  outages: sdkOutages,
  arguments: ['ExecutionArn'],
  call: ({ find }, call) => {
    const { ExecutionArn: arn } = call.arguments as { ExecutionArn: string };
    const execution = find(arn);
    if (execution !== undefined) return describe(execution);
    throw new TaskFailure('Sfn.ExecutionDoesNotExistException', `Execution Does Not Exist: '${arn}'`);
  },
};

export const stepFunctions: Integrations = {
  'arn:aws:states:::aws-sdk:sfn:describeExecution': describeExecution,
  'arn:aws:states:::aws-sdk:sfn:startExecution': startExecution,
  'arn:aws:states:::states:startExecution.sync:2': startExecutionAndWait,
};
