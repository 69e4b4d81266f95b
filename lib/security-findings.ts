import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of cdk-nag that hold for the whole stack, that we looked at and left, each with its reason. */
export function acknowledgeFindings(stack: Stack): void {
  Validations.of(stack).acknowledge(
    {
      id: 'AwsSolutions-S1',
      reason: 'Access logs need a bucket of their own; who must audit reads turns on CloudTrail data events.',
    },
    {
      id: 'AwsSolutions-DDB3',
      reason: 'Leases last as long as exports run: there is nothing to recover.',
    },
    { id: 'AwsSolutions-SMG4', reason: 'Lucca has no API for replacing an API key.' },
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      reason: 'It lets a function write its log, no more.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs know no narrower resource.',
    },
  );
}

/**
 * Lets a permission end in a wildcard.
 * @param suffix what follows the target's ARN in the permission, such as `/acme/templates/*`
 */
export function acknowledgeWildcard(
  scope: IConstruct,
  target: IConstruct,
  suffix: string,
  reason: string,
): void {
  const logicalId = Stack.of(target).getLogicalId(target.node.defaultChild as CfnElement);
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>${suffix}]`,
    reason,
  });
}
