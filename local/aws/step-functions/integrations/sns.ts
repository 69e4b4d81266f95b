import { randomUUID } from 'node:crypto';
import { TaskFailure } from '../../../states-language/index.ts';
import type { Integration, Integrations } from './integration.ts';

interface PublishArguments {
  TopicArn: string;
  Subject: string;
  Message: string;
}

const publish: Integration = {
  service: 'SNS',
  outages: ['SNS.AmazonSNSException', 'SNS.SdkClientException'],
  arguments: ['TopicArn', 'Subject', 'Message'],
  call: ({ tell }, call) => {
    const { TopicArn, Subject, Message } = call.arguments as unknown as PublishArguments;
    if (!/^[\x20-\x7e]{1,99}$/.test(Subject)) {
      throw new TaskFailure('SNS.InvalidParameterException', 'Invalid parameter: Subject');
    }
    tell({ topicArn: TopicArn, subject: Subject, message: Message });
    return { MessageId: randomUUID() };
  },
};

export const sns: Integrations = { 'arn:aws:states:::sns:publish': publish };
