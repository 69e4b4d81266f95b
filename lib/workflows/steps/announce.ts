import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type Chain,
  type IChainable,
  type StateMachine,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { outputVersion } from '../../../lambdas/shared/contract.ts';
import { addedToInput, executionUrl } from '../expressions.ts';
import { field, type JsonataField } from '../jsonata.ts';
import { awsCallFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';
import { goOnAnyway } from './go-on-anyway.ts';

const source = 'lucca-report-export';

/** Of all events. Consumers match them. */
const detailTypes = ['Report Exported', 'Export Failed', 'Batch Exported', 'Batch Failed'] as const;

export interface AnnounceOptions {
  readonly comment: string;
  readonly detailType: (typeof detailTypes)[number];
  readonly detail: JsonataField | Readonly<Record<string, unknown>>;
  /** What follows, with the step's input, even if nobody can be told. */
  readonly next: IChainable;
}

/** With what every output and event begins: which execution it is of, where to look at it, and what has started it. */
export const aboutExecution = (tenant: string) => ({
  version: outputVersion,
  execution: '{% $states.context.Execution.Id %}',
  executionUrl: field(executionUrl),
  tenant,
  schedule: field(addedToInput('schedule')),
  batch: field(addedToInput('batch')),
});

/** A step that tells EventBridge of something, on the default bus, and what follows. */
export function announce(scope: Construct, state: string, options: AnnounceOptions): Chain {
  const { comment, detailType, detail, next } = options;
  const task = EventBridgePutEvents.jsonata(scope, state, {
    comment,
    entries: [
      {
        source,
        detailType,
        detail: typeof detail === 'string' ? TaskInput.fromText(detail) : TaskInput.fromObject(detail),
      },
    ],
    outputs: '{% $states.input %}',
    taskTimeout: Timeout.duration(Duration.seconds(awsCallSeconds)),
  });
  return goOnAnyway(task.addRetry(awsCallFailed), next);
}

/** Keeps a state machine from events that look like those of others, whatever its definition says. */
export function denyOtherEvents(stateMachine: StateMachine): void {
  const own = { 'events:source': [source], 'events:detail-type': [...detailTypes] };
  for (const [key, values] of Object.entries(own)) {
    stateMachine.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['events:PutEvents'],
        resources: ['*'],
        conditions: { 'ForAnyValue:StringNotEquals': { [key]: values } },
      }),
    );
  }
}
