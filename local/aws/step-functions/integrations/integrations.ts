import type { ResourceSupport } from '../../../states-language/index.ts';
import { dynamoDb } from './dynamodb.ts';
import { eventBridge } from './eventbridge.ts';
import type { Integration, Integrations } from './integration.ts';
import { lambda } from './lambda.ts';
import { s3 } from './s3.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { stepFunctions } from './step-functions.ts';

/** The resources that Task states may name besides functions: what isn't here is refused when a definition is loaded. */
const integrations: Integrations = {
  ...dynamoDb,
  ...eventBridge,
  ...lambda,
  ...s3,
  ...sns,
  ...sqs,
  ...stepFunctions,
};

/** The integration behind a resource; none: it is a function. */
export const integrationOf = (resource: string): Integration | undefined =>
  Object.hasOwn(integrations, resource) ? integrations[resource] : undefined;

/** What Task states may name: functions, and the integrations with the arguments that they know. */
export const supportWith =
  (isFunction: (resource: string) => boolean): ResourceSupport =>
  (resource) => {
    const integration = integrationOf(resource);
    return integration === undefined ? isFunction(resource) : (integration.arguments ?? true);
  };
