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
    { id: 'AwsSolutions-SQS3', reason: 'The queue is a dead-letter queue itself.' },
    { id: 'AwsSolutions-SMG4', reason: 'Lucca has no API for replacing an API key.' },
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray and the delivery of logs know no narrower resource.',
    },
  );
}

/**
 * Lets a permission end in a wildcard.
 * @param target whose ARN the permission begins with
 * @param suffix what follows it, such as `/acme/templates/*`
 */
export function acknowledgeWildcard(
  scope: IConstruct,
  target: IConstruct,
  suffix: string,
  reason: string,
): void {
  const id = `AwsSolutions-IAM5[Resource::${arnInFindings(scope, target)}${suffix}]`;
  Validations.of(scope).acknowledge({ id, reason });
}

/** An ARN as cdk-nag writes it: from another stack, by the name of the export. */
function arnInFindings(scope: IConstruct, target: IConstruct): string {
  const resource = target.node.defaultChild as CfnElement & { attrArn: string };
  const stack = Stack.of(target);
  if (stack === Stack.of(scope)) return `<${stack.getLogicalId(resource)}.Arn>`;
  const imported = stack.resolve(stack.exportValue(resource.attrArn)) as { 'Fn::ImportValue': string };
  return imported['Fn::ImportValue'];
}
