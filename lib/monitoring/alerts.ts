import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AlarmSettings } from '../settings/alarm-settings.ts';

export interface AlertsProps {
  readonly settings: Exclude<AlarmSettings, 'none'>;
  /** Takes the alerts where the settings name no other one. */
  readonly topic: Topic;
}

/** How people are told of what goes wrong. */
export class Alerts extends Construct {
  readonly topic: ITopic;
  /** Where they find the runbook. */
  readonly runbook: string;

  constructor(scope: Construct, id: string, { settings, topic }: AlertsProps) {
    super(scope, id);
    const { emails = [], topicArn, runbook = 'docs/runbook.md' } = settings;
    this.runbook = runbook;
    this.topic = topicArn === undefined ? topic : Topic.fromTopicArn(this, 'Topic', topicArn);
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** @param heading of a section, as a link has it, such as `a-dead-letter` */
  section(heading: string): string {
    return `${this.runbook}#${heading}`;
  }
}

/** A topic to which alarms of this account may publish, and whoever its policies let. */
export function alertTopic(scope: Construct, id: string): Topic {
  const topic = new Topic(scope, id, { displayName: 'Lucca exports', enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sns:Publish'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
