import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AlarmSettings } from '../settings/alarm-settings.ts';

/** How people are told of what goes wrong. */
export class Alerts extends Construct {
  readonly topic: ITopic;
  /** Where they find the runbook. */
  readonly runbook: string;

  constructor(scope: Construct, id: string, settings: Exclude<AlarmSettings, 'none'>) {
    super(scope, id);
    const { emails = [], topicArn, runbook = 'docs/runbook.md' } = settings;
    this.runbook = runbook;
    this.topic = topicArn === undefined ? ownTopic(this) : Topic.fromTopicArn(this, 'Topic', topicArn);
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** @param heading of a section, as a link has it, such as `a-dead-letter` */
  section(heading: string): string {
    return `${this.runbook}#${heading}`;
  }
}

function ownTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { displayName: 'Lucca exports', enforceSSL: true });
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
