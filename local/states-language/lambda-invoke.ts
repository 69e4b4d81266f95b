import type { TaskState } from './definition.ts';
import { EvaluationError } from './errors.ts';
import { unexpectedType } from './expressions.ts';
import { jsonType } from './json.ts';
import { type Json, TaskFailure } from './types.ts';

/** The service integration that calls a function and gives its result in an envelope. */
export const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';

/** Calls a function by its ARN or name. Throws TaskFailure with the error that the function reports. */
export type InvokeFunction = (nameOrArn: string, payload: Json, signal: AbortSignal) => Promise<Json>;

/** Its arguments: with others, it is refused. */
export const LAMBDA_INVOKE_ARGUMENTS = ['FunctionName', 'Payload'];

/** Runs one call of the integration: a string as `Payload` is a JSON text already. */
export async function invokeLambda(
  args: Json,
  invokeFunction: InvokeFunction,
  signal: AbortSignal,
): Promise<Json> {
  const { FunctionName: nameOrArn, Payload: payload = {} } = args as { FunctionName: string; Payload?: Json };
  const event = typeof payload === 'string' ? parsePayload(payload) : payload;
  const result = await invokeFunction(nameOrArn, event, signal);
  return {
    ExecutedVersion: '$LATEST',
    Payload: result,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: {},
    StatusCode: 200,
  };
}

function parsePayload(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new TaskFailure(
      'Lambda.InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

/** Checks the integration's arguments once they are evaluated. */
export function checkLambdaInvokeArguments({ resource, arguments: template }: TaskState, args: Json): void {
  if (resource !== LAMBDA_INVOKE) return;
  if (jsonType(args) !== 'object') {
    if (template?.kind === 'expression') throw unexpectedType(template, 'object', args);
    throw new EvaluationError('The Arguments field must be an object.');
  }
  const other = Object.keys(args as object).find((name) => !LAMBDA_INVOKE_ARGUMENTS.includes(name));
  if (other !== undefined) throw new Error(`${LAMBDA_INVOKE} is implemented without the argument ${other}`);
  const name = (args as { FunctionName?: Json }).FunctionName;
  if (typeof name === 'string') return;
  const entry = template?.kind === 'object' && template.entries.find(([key]) => key === 'FunctionName')?.[1];
  if (entry && entry.kind === 'expression' && name !== undefined) throw unexpectedType(entry, 'string', name);
  throw new EvaluationError("The value for the field 'FunctionName' must be a STRING");
}
