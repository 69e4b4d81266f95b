import type {
  Attempt,
  ExecutionEvent,
  ExecutionResult,
  Json,
  Redrivable,
} from '../../states-language/index.ts';

export interface StartOptions {
  /** Unique among the executions of the state machine. */
  name: string;
  input: Json;
  /** Stops the execution, and those that it started and waits for. */
  signal?: AbortSignal;
  /** Random numbers in [0, 1). @default Math.random */
  random?: () => number;
  /** Told of every step of the execution, and of those that it starts. */
  onEvent?: (event: ExecutionEvent, executionName: string) => void;
}

/** How an execution is redriven, and what stops it then. */
export type RedriveOptions = Attempt;

/** An execution that was started. What is said of its end, is said of its latest one. */
export interface Execution extends Pick<StartOptions, 'name' | 'input'>, Redrivable {
  arn: string;
  stateMachineArn: string;
  startedAt: number;
  redriveCount: number;
  ended: Promise<ExecutionResult>;
  stop: AbortController;
  result?: ExecutionResult;
  stoppedAt?: number;
}

/** An event of EventBridge, as far as rules look at it. */
export interface Event {
  [field: string]: Json;
  source: string;
  'detail-type': string;
  detail: Json;
}

/** An execution as DescribeExecution answers it. */
export function describe({
  arn,
  stateMachineArn,
  name,
  input,
  startedAt,
  redriveCount,
  result,
  stoppedAt,
}: Execution): Record<string, Json> {
  return {
    ExecutionArn: arn,
    Input: JSON.stringify(input),
    Name: name,
    StartDate: new Date(startedAt).toISOString(),
    RedriveCount: redriveCount,
    StateMachineArn: stateMachineArn,
    Status: result?.status ?? 'RUNNING',
    ...(stoppedAt !== undefined && { StopDate: new Date(stoppedAt).toISOString() }),
    ...(result?.status === 'SUCCEEDED' && { Output: JSON.stringify(result.output) }),
    ...(result !== undefined && 'error' in result && { Error: result.error ?? null }),
    ...(result !== undefined && 'cause' in result && { Cause: result.cause ?? null }),
  };
}

/** The event of an execution's end. */
export const statusChange = ({
  arn,
  stateMachineArn,
  name,
  startedAt,
  result,
  stoppedAt,
}: Execution): Event => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: arn,
    stateMachineArn,
    name,
    status: result?.status ?? 'RUNNING',
    startDate: startedAt,
    stopDate: stoppedAt ?? null,
  },
});
