import { Duration } from 'aws-cdk-lib';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { EventBridgePutEvents } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { JsonataField } from '../jsonata.ts';
import { awsCallFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';

export interface AnnounceOptions {
  readonly comment: string;
  readonly detailType: string;
  readonly detail: JsonataField | Readonly<Record<string, unknown>>;
}

/** A step that tells EventBridge of something, on the default bus. It hands its input on. */
export function announce(scope: Construct, state: string, options: AnnounceOptions): EventBridgePutEvents {
  const { comment, detailType, detail } = options;
  const task = EventBridgePutEvents.jsonata(scope, state, {
    comment,
    entries: [
      {
        source: 'lucca-report-export',
        detailType,
        detail: typeof detail === 'string' ? TaskInput.fromText(detail) : TaskInput.fromObject(detail),
      },
    ],
    outputs: '{% $states.input %}',
    taskTimeout: Timeout.duration(Duration.seconds(awsCallSeconds)),
  });
  task.addRetry(awsCallFailed);
  return task;
}
