import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Json, TaskCall } from '../../../states-language/index.ts';
import type { Event, Execution, StartOptions } from '../execution.ts';
import type { Executions } from '../executions.ts';

/** A service integration of Step Functions: what a Task state's resource stands for. */
export interface Integration {
  /** Whose service it is, as people call it. */
  service: 'Lambda' | 'S3' | 'DynamoDB' | 'Step Functions' | 'EventBridge' | 'SNS' | 'SQS';
  /** The errors with which Step Functions tells that the service could not be reached, or is overburdened. */
  outages: readonly string[];
  /** The arguments that are implemented: a definition with others is refused. @default all that the service knows */
  arguments?: readonly string[];
  /** Whether it waits for an execution, so that time goes on meanwhile. */
  waits?: true;
  /**
   * Makes the call, its errors named as Step Functions names them.
   * @param parent how the execution was started whose task it is
   */
  call: (services: Services, call: TaskCall, parent: StartOptions) => Promise<Json> | Json;
}

/** The integrations of a service, by the resource that a Task state names. */
export type Integrations = Readonly<Record<string, Integration>>;

/** What integrations work with. */
export interface Services extends ExternalServices, Executions {
  /** Starts an execution for which nobody waits. */
  startDetached: (stateMachineArn: string, options: StartOptions) => Execution;
  /** Tells EventBridge of an event. */
  publish: (event: Event) => void;
  /** Puts a message into a queue, from which nobody here takes it. */
  enqueue: (message: Message) => void;
  /** Publishes to a topic, to which nobody here subscribes. */
  tell: (notification: Notification) => void;
}

/** What SNS tells the subscribers of a topic. */
export interface Notification {
  topicArn: string;
  subject: string;
  message: string;
}

/** A message in a queue of SQS. */
export interface Message {
  queueUrl: string;
  body: string;
}

/** Those besides Step Functions, EventBridge, SNS and SQS. */
export interface ExternalServices {
  s3: S3Client;
  dynamoDb: DynamoDBClient;
  /**
   * Throws a TaskFailure with Lambda's error name and JSON cause.
   * @param execution name of the execution that calls it
   */
  invokeFunction: (functionArn: string, event: Json, execution: string) => Promise<Json>;
}
