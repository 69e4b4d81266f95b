import { Duration } from 'aws-cdk-lib';
import { type IChainable, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { alertText } from '../expressions.ts';
import { field } from '../jsonata.ts';
import type { AlertTarget } from '../resources.ts';
import { awsCallFailed } from '../retry-policies.ts';
import { awsCallSeconds } from '../run-times.ts';
import { goOnAnyway } from './go-on-anyway.ts';

export interface AlertProps {
  /** None: nobody is told, and there is no such step. */
  readonly alerts: AlertTarget | undefined;
  /** ASCII, fewer than 100 characters: SNS takes no other. */
  readonly subject: string;
  /** What went wrong, as a sentence. */
  readonly what: string;
  /** What else is told, by what it is called: expressions, whose null isn't told. */
  readonly facts: Readonly<Record<string, string>>;
  /** Expressions of texts. */
  readonly error: string;
  readonly cause: string;
  /** What follows, even if nobody can be told. */
  readonly next: IChainable;
}

/** A step that tells people what went wrong, and what follows. */
export function alert(scope: Construct, state: string, props: AlertProps): IChainable {
  const { alerts, subject, what, facts, error, cause, next } = props;
  if (alerts === undefined) return next;
  const task = SnsPublish.jsonata(scope, state, {
    comment: 'Tells those whom the configuration names.',
    topic: alerts.topic,
    subject,
    message: TaskInput.fromText(field(alertText({ what, facts, error, cause, runbook: alerts.runbook }))),
    outputs: '{% $states.input %}',
    taskTimeout: Timeout.duration(Duration.seconds(awsCallSeconds)),
  });
  return goOnAnyway(task.addRetry(awsCallFailed), next);
}
