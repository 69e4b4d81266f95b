import { randomUUID } from 'node:crypto';
import type { Json } from '../../../states-language/index.ts';
import type { Integration, Integrations } from './integration.ts';

interface SendMessageArguments {
  QueueUrl: string;
  /** Text, or what becomes the text of a JSON document. */
  MessageBody: Json;
}

const sendMessage: Integration = {
  service: 'SQS',
  outages: ['SQS.AmazonSQSException', 'SQS.SdkClientException'],
  arguments: ['QueueUrl', 'MessageBody'],
  call: ({ enqueue }, call) => {
    const { QueueUrl: queueUrl, MessageBody } = call.arguments as unknown as SendMessageArguments;
    enqueue({ queueUrl, body: typeof MessageBody === 'string' ? MessageBody : JSON.stringify(MessageBody) });
    return { MessageId: randomUUID() };
  },
};

export const sqs: Integrations = { 'arn:aws:states:::sqs:sendMessage': sendMessage };
