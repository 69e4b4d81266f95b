import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import {
  DynamoAttributeValue,
  DynamoGetItem,
  DynamoReturnValues,
  DynamoUpdateItem,
} from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { leaseHolder } from '../expressions.ts';
import { field, type JsonataField } from '../jsonata.ts';
import { awsCallFailed, heldByAnother } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';

/** The lease on an API key, as an execution asks for it or gives it back. */
export interface Lease {
  readonly table: Table;
  /** Which API key: the ARN of its secret. */
  readonly apiKeySecretArn: string;
  /** Whose lease: the ARN of an execution. */
  readonly executionArn: string;
}

interface Update {
  readonly comment: string;
  readonly updateExpression: string;
  readonly conditionExpression: string;
  /** In milliseconds, by the names that the expressions above have for them, beside `:executionArn`. */
  readonly instants?: Readonly<Record<string, JsonataField>>;
  readonly outputs?: JsonataField;
  readonly assign?: Record<string, unknown>;
}

const now: JsonataField = '{% $string($millis()) %}';
const after = (seconds: number): JsonataField => `{% $string($millis() + ${seconds * 1000}) %}`;

/** Nobody has it, or whoever has it can't be running any more. */
const isFree = '(attribute_not_exists(executionArn) OR expiresAt < :now)';

/** Nobody else who has waited for long has the next turn. */
const isOurTurn =
  '(attribute_not_exists(nextExecutionArn) OR nextExecutionArn = :executionArn OR nextUntil < :now)';

/** Takes the lease if it is free and nobody else's turn, or this execution's own already. */
export function takeLease(
  scope: Construct,
  name: string,
  lease: Lease,
  options: {
    comment: string;
    expirySeconds: number;
    /** Whether this is the turn that may have been reserved. */
    takesTurn?: true;
    assign?: Record<string, unknown>;
  },
): DynamoUpdateItem {
  return updateItem(scope, name, lease, {
    comment: options.comment,
    updateExpression:
      'SET executionArn = :executionArn, acquiredAt = :now, expiresAt = :expiresAt' +
      (options.takesTurn === undefined ? '' : ' REMOVE nextExecutionArn, nextUntil'),
    conditionExpression: `executionArn = :executionArn OR (${isFree} AND ${isOurTurn})`,
    instants: { ':now': now, ':expiresAt': after(options.expirySeconds) },
    ...(options.assign === undefined ? {} : { assign: options.assign }),
  });
}

/**
 * Reserves the next turn, if nobody has it. Gives who has the lease, as `executionArn` and `acquiredAt` in milliseconds.
 * @param seconds after which somebody else may have it, unless it is reserved again
 */
export function reserveTurn(scope: Construct, lease: Lease, seconds: number): DynamoUpdateItem {
  const task = updateItem(scope, 'Reserve Turn', lease, {
    comment:
      'Having waited for long, this export is the next one: nobody who comes later gets the lease before it.',
    updateExpression: 'SET nextExecutionArn = :executionArn, nextUntil = :until',
    conditionExpression: isOurTurn,
    instants: { ':now': now, ':until': after(seconds) },
    outputs:
      "{% {'executionArn': $states.result.Attributes.executionArn.S, 'acquiredAt': $states.result.Attributes.acquiredAt.N} %}",
  });
  task.addRetry(heldByAnother).addRetry(awsCallFailed);
  return task;
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
  { name = 'Release Lease', acquiredUntil }: { name?: string; acquiredUntil?: JsonataField } = {},
): DynamoUpdateItem {
  const task = updateItem(scope, name, lease, {
    comment: 'Lets the next export with the same API key begin.',
    updateExpression: 'REMOVE executionArn, acquiredAt, expiresAt',
    conditionExpression:
      'executionArn = :executionArn' +
      (acquiredUntil === undefined ? '' : ' AND acquiredAt <= :acquiredUntil'),
    instants: acquiredUntil === undefined ? {} : { ':acquiredUntil': acquiredUntil },
  });
  task.addRetry(heldByAnother);
  return task;
}

function updateItem(scope: Construct, name: string, lease: Lease, update: Update): DynamoUpdateItem {
  const { comment, updateExpression, conditionExpression, instants = {}, outputs, assign } = update;
  const values = Object.entries(instants).map(([key, instant]) => [
    key,
    DynamoAttributeValue.numberFromString(instant),
  ]);
  return DynamoUpdateItem.jsonata(scope, name, {
    comment,
    table: lease.table,
    key: keyOf(lease),
    updateExpression,
    conditionExpression,
    expressionAttributeValues: {
      ':executionArn': DynamoAttributeValue.fromString(lease.executionArn),
      ...(Object.fromEntries(values) as Record<string, DynamoAttributeValue>),
    },
    ...(outputs === undefined ? {} : { returnValues: DynamoReturnValues.ALL_NEW }),
    outputs: outputs ?? '{% $states.input %}',
    taskTimeout,
    ...(assign === undefined ? {} : { assign }),
  });
}

const taskTimeout = Timeout.duration(Duration.seconds(awsCallSeconds));

const keyOf = (lease: Lease) => ({ apiKeySecretArn: DynamoAttributeValue.fromString(lease.apiKeySecretArn) });
