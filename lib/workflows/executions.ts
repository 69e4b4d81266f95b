import { ArnFormat, type CfnElement, Fn, Stack, Validations } from 'aws-cdk-lib';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct, IConstruct } from 'constructs';

/** The executions of a state machine: the same permission as comes with starting them and waiting for their end. */
export function executionsOf(stateMachine: StateMachine): string {
  const name = Fn.select(6, Fn.split(':', stateMachine.stateMachineArn));
  return executionArns(stateMachine, `${name}*`);
}

/** The same within the state machine itself, which can't refer to itself but by its name. */
export const ownExecutions = (scope: Construct, stateMachineName: string): string =>
  executionArns(scope, `${stateMachineName}:*`);

const executionArns = (scope: IConstruct, resourceName: string) =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Lets that permission end in a wildcard. */
export const acknowledgeOwnExecutions = (scope: Construct, stateMachineName: string): void =>
  acknowledge(scope, `${stateMachineName}:*`);

/** Lets the permission for those of another state machine end in a wildcard. */
export function acknowledgeExecutionsOf(scope: Construct, stateMachine: StateMachine): void {
  const logicalId = Stack.of(scope).getLogicalId(stateMachine.node.defaultChild as CfnElement);
  acknowledge(scope, `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${logicalId}"}]}]}*`);
}

const acknowledge = (scope: Construct, executions: string) =>
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${executions}]`,
    reason: 'All executions of one state machine.',
  });
