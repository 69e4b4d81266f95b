import type { StepFunctionsOptions } from '../../../local/aws/step-functions/step-functions.ts';
import { TaskFailure } from '../../../local/states-language/index.ts';
import type { Network } from './aws/sdk.ts';
import type { FaultKind } from './faults.ts';
import type { Boundary } from '../scenario.ts';

type Fault = { error: string; carriedOut: boolean };

/** Services that Step Functions calls by itself: their errors, as Step Functions names them. */
const services: Record<string, { boundary: Boundary; errors: readonly string[] }> = {
  'arn:aws:states:::states:startExecution.sync:2': {
    boundary: 'Step Functions',
    errors: [
      'StepFunctions.ThrottlingException',
      'StepFunctions.AWSStepFunctionsException',
      'StepFunctions.SdkClientException',
    ],
  },
  'arn:aws:states:::aws-sdk:sfn:startExecution': {
    boundary: 'Step Functions',
    errors: ['Sfn.SfnException', 'Sfn.SdkClientException'],
  },
  'arn:aws:states:::aws-sdk:sfn:describeExecution': {
    boundary: 'Step Functions',
    errors: ['Sfn.SfnException', 'Sfn.SdkClientException'],
  },
  'arn:aws:states:::events:putEvents': {
    boundary: 'EventBridge',
    errors: ['EventBridge.AmazonEventBridgeException'],
  },
};

/** Has calls of other executions, and of EventBridge, fail before or after they took effect. */
export function disturbed({ faults, chance, clock }: Network): NonNullable<StepFunctionsOptions['around']> {
  return async (task, { resource }, execution) => {
    const service = services[resource];
    if (service === undefined) return task();
    const kinds: FaultKind<Fault>[] = service.errors.map((error) => ({
      kind: error,
      group: 'unavailable',
      survivable: 3,
      fault: () => ({ error, carriedOut: chance.happens(0.3) }),
    }));
    await clock.sleep(chance.whole(5, 200));
    const fault = faults.strike(service.boundary, resource, kinds, execution);
    if (fault === undefined) return task();
    // Nobody waits for it any more.
    if (fault.carriedOut) void task().catch(() => {});
    throw new TaskFailure(fault.error, 'simulated');
  };
}
