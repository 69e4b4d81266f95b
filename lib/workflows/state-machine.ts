import type { Duration } from 'aws-cdk-lib';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

export interface CreateStateMachineProps {
  /** Unique in the account and region; at most 80 characters. Another name is another state machine. */
  readonly name: string;
  readonly comment: string;
  readonly definition: IChainable;
  readonly logs: LogGroup;
  readonly timeout?: Duration;
}

/** A state machine as all of ours are: JSONata, traced, and logged without what its executions hold. */
export function createStateMachine(
  scope: Construct,
  id: string,
  { name, comment, definition, logs, timeout }: CreateStateMachineProps,
): StateMachine {
  return new StateMachine(scope, id, {
    stateMachineName: name,
    comment,
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(definition),
    ...(timeout === undefined ? {} : { timeout }),
    tracingEnabled: true,
    logs: {
      destination: logs,
      level: LogLevel.ALL,
      // Inputs and outputs of states stay out of the log: a template's payload may name people.
      includeExecutionData: false,
    },
  });
}
