import type { ResourceSupport } from '../../../states-language/index.ts';
import { deleteItem, getItem, putItem } from './dynamodb.ts';
import { putEvents } from './eventbridge.ts';
import type { Integration } from './integration.ts';
import { invoke } from './lambda.ts';
import { putObject } from './s3.ts';
import { describeExecution, startExecution, startExecutionAndWait } from './step-functions.ts';

/** The resources that Task states may name besides functions: what isn't here is refused when a definition is loaded. */
export const integrations = {
  'arn:aws:states:::aws-sdk:s3:putObject': putObject,
  'arn:aws:states:::aws-sdk:sfn:describeExecution': describeExecution,
  'arn:aws:states:::aws-sdk:sfn:startExecution': startExecution,
  'arn:aws:states:::dynamodb:deleteItem': deleteItem,
  'arn:aws:states:::dynamodb:getItem': getItem,
  'arn:aws:states:::dynamodb:putItem': putItem,
  'arn:aws:states:::events:putEvents': putEvents,
  'arn:aws:states:::lambda:invoke': invoke,
  'arn:aws:states:::states:startExecution.sync:2': startExecutionAndWait,
} as const satisfies Record<string, Integration>;

/** The integration behind a resource; none: it is a function. */
export const integrationOf = (resource: string): Integration | undefined =>
  Object.hasOwn(integrations, resource) ? integrations[resource as keyof typeof integrations] : undefined;

/** What Task states may name: functions, and the integrations with the arguments that they know. */
export const supportWith =
  (isFunction: (resource: string) => boolean): ResourceSupport =>
  (resource) => {
    const integration = integrationOf(resource);
    return integration === undefined ? isFunction(resource) : (integration.arguments ?? true);
  };
