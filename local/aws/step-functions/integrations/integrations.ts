import { randomUUID } from 'node:crypto';
import { type Json, type TaskCall, TaskFailure } from '../../../states-language/index.ts';
import { describe, type Event, type Execution, type StartOptions } from '../execution.ts';
import type { Executions } from '../executions.ts';

/** What the integrations below work with. */
export interface Services extends Executions {
  /** Starts an execution for which nobody waits. */
  startDetached: (stateMachineArn: string, options: StartOptions) => Execution;
  /** Tells EventBridge of an event. */
  publish: (event: Event) => void;
}

type Integration = (services: Services, call: TaskCall, parent: StartOptions) => Promise<Json> | Json;

/** Resources of Task states that concern Step Functions and EventBridge themselves. */
export const integrations: Readonly<Record<string, Integration>> = {
  'arn:aws:states:::states:startExecution.sync:2': startAndWait,
  'arn:aws:states:::aws-sdk:sfn:startExecution': startOnly,
  'arn:aws:states:::aws-sdk:sfn:describeExecution': describeExecution,
  'arn:aws:states:::events:putEvents': putEvents,
};

interface StartArguments {
  StateMachineArn: string;
  Name?: string;
  Input: Json;
}

async function startAndWait({ start }: Services, call: TaskCall, parent: StartOptions): Promise<Json> {
  const {
    StateMachineArn,
    Name: name = randomUUID(),
    Input: input,
  } = call.arguments as unknown as StartArguments;
  const execution = start(StateMachineArn, { ...parent, name, input, signal: call.signal });
  const result = await execution.ended;
  if (result.status === 'SUCCEEDED') return { ...describe(execution), Output: result.output };
  throw new TaskFailure('States.TaskFailed', JSON.stringify(describe(execution)));
}

/** Its input is JSON text, and its errors are those of the SDK, which calls the service by another name. */
function startOnly({ startDetached }: Services, call: TaskCall): Json {
  const { StateMachineArn, Name: name = randomUUID(), Input } = call.arguments as unknown as StartArguments;
  try {
    const { arn, startedAt } = startDetached(StateMachineArn, {
      name,
      input: JSON.parse(Input as string) as Json,
    });
    return { ExecutionArn: arn, StartDate: new Date(startedAt).toISOString() };
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    throw new TaskFailure(error.error.replace(/^StepFunctions/, 'Sfn'), String(error.cause));
  }
}

function describeExecution({ find }: Services, call: TaskCall): Json {
  const { ExecutionArn: arn } = call.arguments as { ExecutionArn: string };
  const execution = find(arn);
  if (execution !== undefined) return describe(execution);
  throw new TaskFailure('Sfn.ExecutionDoesNotExistException', `Execution Does Not Exist: '${arn}'`);
}

interface PutEventsArguments {
  Entries: { Source: string; DetailType: string; Detail: Json }[];
}

function putEvents({ publish }: Services, call: TaskCall): Json {
  const { Entries } = call.arguments as unknown as PutEventsArguments;
  for (const { Source, DetailType, Detail } of Entries) {
    publish({ source: Source, 'detail-type': DetailType, detail: Detail });
  }
  return { Entries: Entries.map(() => ({ EventId: randomUUID() })), FailedEntryCount: 0 };
}
