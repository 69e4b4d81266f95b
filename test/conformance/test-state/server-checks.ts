import type { MockInput, TestStateCommandInput } from '@aws-sdk/client-sfn';
import { type Flow, flowsOf, type StateFields, statesOf } from './definition.ts';
import { LIMITS } from './request.ts';
import { isMocked } from './step.ts';

/** An error of the service, by its name in the API. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** Checks a request by the constraints that AWS documents, or was seen to have; gives the state that it is about. */
export function checkRequest(request: TestStateCommandInput): { definition: Flow; state: StateFields } {
  const { stateName = '', context, mock } = request;
  const definition = parsed(request.definition, 'definition', LIMITS.definition) as Flow;
  for (const field of ['input', 'variables', 'context'] as const) parsed(request[field] ?? '{}', field);
  check(/^(INFO|DEBUG|TRACE)$/.test(request.inspectionLevel ?? 'INFO'), 'inspectionLevel is none of those');
  check(stateName.length >= 1 && stateName.length <= 80, 'stateName must have 1 to 80 characters');
  const state = statesOf(definition).get(stateName);
  if (state === undefined) throw invalid('State not found in definition');
  checkWhetherMocked(state, mock);
  if (mock !== undefined) checkMock(state, mock);
  checkConfiguration(state, request);
  check(context === undefined || mock !== undefined, 'A context needs a mock');
  if (context !== undefined) checkContext(JSON.parse(context) as Record<string, object>, state);
  return { definition, state };
}

const invalid = (message: string) => new RequestError('ValidationException', message);

function check(holds: boolean, message: string): void {
  if (!holds) throw invalid(message);
}

function parsed(text: string | undefined, field: string, most: number = LIMITS.data): unknown {
  check(text !== undefined && text.length > 0 && text.length <= most, `${field} has a wrong length`);
  try {
    return JSON.parse(text!);
  } catch {
    throw invalid(`${field} must be valid JSON`);
  }
}

function checkWhetherMocked(state: StateFields, mock: MockInput | undefined): void {
  const { Type, Resource = '' } = state;
  if (mock !== undefined) {
    check(isMocked(state), `State type '${Type}' is not supported when a mock is specified`);
    return;
  }
  check(Type !== 'Task', 'RoleArn must be specified when testing a Task state');
  if (Type === 'Map' || Type === 'Parallel' || /\.(sync|waitForTaskToken)/.test(Resource as string)) {
    throw new RequestError(
      'InvalidDefinition',
      `TestState API does not support ${Type} states without a mock.`,
    );
  }
}

function checkMock({ Type, Branches }: StateFields, mock: MockInput): void {
  const { result, errorOutput, fieldValidationMode = 'STRICT' } = mock;
  check(/^(STRICT|PRESENT|NONE)$/.test(fieldValidationMode), 'fieldValidationMode is none of those');
  check((result === undefined) !== (errorOutput === undefined), 'A mock has one of result and errorOutput');
  if (errorOutput !== undefined) {
    const { error = '', cause = '' } = errorOutput;
    check(error.length >= 1 && error.length <= LIMITS.error, 'error has a wrong length');
    check(cause.length <= LIMITS.cause, 'cause is too long');
    return;
  }
  const value = parsed(result, 'Mocked result');
  if (Type === 'Task') return;
  check(Array.isArray(value), 'Mocked result must be an array.');
  check(
    Branches === undefined || (value as unknown[]).length === Branches.length,
    'Mocked result must contain the same number of items as number of Parallel branches.',
  );
}

/** A mocked error of a Parallel or a Map is that of a state inside. */
function checkConfiguration(
  state: StateFields,
  { mock, stateConfiguration: { retrierRetryCount = 0, errorCausedByState } = {} }: TestStateCommandInput,
): void {
  check(Number.isInteger(retrierRetryCount) && retrierRetryCount >= 0, 'retrierRetryCount is no count');
  const inside = new Set(flowsOf(state).flatMap((flow) => [...statesOf(flow).keys()]));
  const needsCause = mock?.errorOutput !== undefined && inside.size > 0;
  if (needsCause) check(inside.has(errorCausedByState ?? ''), 'errorCausedByState is no state inside');
  else check(errorCausedByState === undefined, 'errorCausedByState is for errors of a Parallel or a Map');
}

const contextFields: Record<string, readonly string[]> = {
  Execution: ['Id', 'Input', 'Name', 'RoleArn', 'StartTime', 'RedriveCount'],
  StateMachine: ['Id', 'Name'],
  State: ['EnteredTime', 'Name', 'RetryCount'],
};

/** Every field may be missing. */
function checkContext(context: Record<string, object>, { Resource = '' }: StateFields): void {
  const fields = { ...contextFields };
  if (/\.(sync|waitForTaskToken)/.test(Resource as string)) fields['Task'] = ['Token'];
  for (const [name, part] of Object.entries(context)) {
    check(
      name !== 'Map',
      "Invalid Context object provided: 'Map' field is not supported when mocking a Context object",
    );
    const known = fields[name];
    const other = known === undefined ? name : Object.keys(part).find((field) => !known.includes(field));
    check(other === undefined, `Invalid Context object provided: Field '${other}' is not allowed`);
  }
}
