export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Time as an execution sees it: real, or as virtual as its owner wants it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when that comes first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** One call of a Task state, its `Arguments` evaluated. */
export interface TaskCall {
  state: string;
  resource: string;
  arguments: Json;
  timeoutSeconds?: number;
  /** Aborted when the task times out or the execution ends without it. */
  signal: AbortSignal;
}

/**
 * Whether a task runner knows the `Resource` of a Task: with all its arguments, or with those that are listed. A
 * definition with others is refused when it is loaded.
 */
export type ResourceSupport = (resource: string) => boolean | readonly string[];

/** Runs one call of a task. Throws TaskFailure; anything else that it throws fails the execution as a bug. */
export type TaskRunner = (call: TaskCall) => Promise<Json>;

/** What a task, or a service behind it, reports as its error: the `Error` and `Cause` that a Catch sees. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly error: string;

  constructor(error: string, cause?: string) {
    super(error, { cause });
    this.error = error;
  }
}

export interface ExecutionOptions {
  input: Json;
  clock: Clock;
  runTask: TaskRunner;
  /** The execution's name, as in `$states.context.Execution.Name`. */
  name: string;
  /** The ARN of its state machine, from which the execution's own is made. @default one that is made up */
  stateMachineArn?: string;
  /** Random numbers in [0, 1) for retry jitter, `$random` and `$uuid`. @default Math.random */
  random?: () => number;
  /** Told of every step as it happens. */
  onEvent?: (event: ExecutionEvent) => void;
  /** Told of every attempt at a state, once it has ended. */
  onAttempt?: (attempt: StateAttempt) => void;
  /** Stops the execution, as StopExecution does: it ends as ABORTED. */
  signal?: AbortSignal;
}

/** Runs an execution: from its start the first time, and from its unsuccessful states each time after that. */
export interface Redrivable {
  run: (attempt: Attempt) => Promise<ExecutionResult>;
}

/** One run of an execution, which its redrive follows. */
export interface Attempt extends Pick<ExecutionOptions, 'signal'> {
  /**
   * Of a redrive: whether the states that are gone on with are entered anew, and so have another `EnteredTime`. On AWS, a Task
   * keeps it; of other states, nobody says.
   * @default false
   */
  entersAnew?: boolean;
}

/** Steps of an execution, in the order in which they happen; `at` is the clock's time in milliseconds. */
export type ExecutionEvent =
  | { type: 'stateEntered'; at: number; state: string; stateType: string; input: Json }
  | { type: 'stateExited'; at: number; state: string; output: Json; assigned?: { [name: string]: Json } }
  | {
      type: 'taskStarted';
      at: number;
      state: string;
      resource: string;
      arguments: Json;
      timeoutSeconds?: number;
    }
  | { type: 'taskSucceeded'; at: number; state: string; result: Json }
  | { type: 'taskFailed'; at: number; state: string; error: string; cause?: string }
  | {
      type: 'retryScheduled';
      at: number;
      state: string;
      attempt: number;
      error: string;
      cause?: string;
      delaySeconds: number;
    }
  | { type: 'waitStarted'; at: number; state: string; seconds: number };

/** One attempt at a state: what it saw, what its work gave, and what became of that. */
export interface StateAttempt extends AttemptedWork {
  state: string;
  input: Json;
  /** Those that its fields saw. */
  variables: { [name: string]: Json };
  /** Its `$states.context`. */
  context: Json;
  outcome: AttemptOutcome;
}

export interface AttemptedWork {
  /** What the resource of a Task, the branches of a Parallel or each iteration of a Map was given. None: it failed before. */
  arguments?: Json;
  /** What the resource, the branches or the iterations gave. None: they failed. */
  result?: Json;
  /** How long a Wait waits. */
  seconds?: number;
  /** The retrier that knows the error, by its place in `Retry`, and how often it had tried again by then. */
  retrier?: { index: number; retries: number };
}

/** In the words of TestState. An interrupted attempt has no outcome. */
export type AttemptOutcome =
  | { status: 'SUCCEEDED'; output: Json; assigned?: { [name: string]: Json }; next?: string }
  | ({
      status: 'CAUGHT_ERROR';
      output: Json;
      assigned?: { [name: string]: Json };
      next?: string;
      /** Its place in `Catch`. */
      catcher: number;
    } & FailedAttempt)
  | ({
      status: 'RETRIABLE';
      /** Jitter chooses between them. */
      delaySeconds: { least: number; most: number };
    } & FailedAttempt)
  | ({ status: 'FAILED' } & FailedAttempt);

export interface FailedAttempt {
  error?: string;
  cause?: string;
}

/** `historyEvents` counts what AWS would have written to the execution's history; its limit is 25,000. */
export type ExecutionResult = { historyEvents: number } & (
  | { status: 'SUCCEEDED'; output: Json }
  | { status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error?: string; cause?: string }
);
