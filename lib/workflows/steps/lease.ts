import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  DynamoAttributeValue,
  DynamoDeleteItem,
  DynamoGetItem,
  DynamoPutItem,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { leaseHolder } from '../expressions.ts';
import { field, type JsonataField } from '../jsonata.ts';
import { awsCallFailed, heldByAnother, onlyChanceFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';

/** The lease on an API key, as an execution asks for it or gives it back. */
export interface Lease {
  readonly table: Table;
  /** Which API key: the ARN of its secret. */
  readonly apiKeySecretArn: string;
  /** Whose lease: the ARN of an execution. */
  readonly executionArn: string;
}

const taskTimeout = Timeout.duration(Duration.seconds(awsCallSeconds));

/** Takes the lease if it is free, this execution's own already, or so old that its owner can't be running any more. */
export function takeLease(
  scope: Construct,
  name: string,
  lease: Lease,
  options: { comment: string; expirySeconds: number; assign?: Record<string, unknown> },
): DynamoPutItem {
  return DynamoPutItem.jsonata(scope, name, {
    comment: options.comment,
    table: lease.table,
    item: {
      ...keyOf(lease),
      executionArn: DynamoAttributeValue.fromString(lease.executionArn),
      acquiredAt: DynamoAttributeValue.numberFromString('{% $string($millis()) %}'),
      expiresAt: DynamoAttributeValue.numberFromString(
        `{% $string($millis() + ${options.expirySeconds * 1000}) %}`,
      ),
    },
    conditionExpression:
      'attribute_not_exists(apiKeySecretArn) OR executionArn = :executionArn OR expiresAt < :now',
    expressionAttributeValues: {
      ':executionArn': DynamoAttributeValue.fromString(lease.executionArn),
      ':now': DynamoAttributeValue.numberFromString('{% $string($millis()) %}'),
    },
    outputs: '{% $states.input %}',
    taskTimeout,
    ...(options.assign === undefined ? {} : { assign: options.assign }),
  });
}

/** Reads who has the lease: `executionArn` and, as ISO instant, `acquiredAt`; nothing when it is free. */
export function readLease(scope: Construct, name: string, lease: Lease, comment: string): DynamoGetItem {
  const task = DynamoGetItem.jsonata(scope, name, {
    comment,
    table: lease.table,
    key: keyOf(lease),
    consistentRead: true,
    outputs: field(leaseHolder),
    taskTimeout,
  });
  task.addRetry(awsCallFailed);
  return task;
}

/**
 * Gives the lease back, if it is still this execution's.
 * @param options.acquiredUntil leaves it alone if it was acquired after this instant, in milliseconds
 */
export function releaseLease(
  scope: Construct,
  lease: Lease,
  options: { acquiredUntil?: JsonataField } = {},
): DynamoDeleteItem {
  const { acquiredUntil } = options;
  const task = DynamoDeleteItem.jsonata(scope, 'Release Lease', {
    comment: 'Lets the next export with the same API key begin.',
    table: lease.table,
    key: keyOf(lease),
    conditionExpression:
      'executionArn = :executionArn' +
      (acquiredUntil === undefined ? '' : ' AND acquiredAt <= :acquiredUntil'),
    expressionAttributeValues: {
      ':executionArn': DynamoAttributeValue.fromString(lease.executionArn),
      ...(acquiredUntil === undefined
        ? {}
        : { ':acquiredUntil': DynamoAttributeValue.numberFromString(acquiredUntil) }),
    },
    outputs: '{% $states.input %}',
    taskTimeout,
  });
  task.addRetry(heldByAnother).addRetry(onlyChanceFailed);
  return task;
}

const keyOf = (lease: Lease) => ({ apiKeySecretArn: DynamoAttributeValue.fromString(lease.apiKeySecretArn) });
