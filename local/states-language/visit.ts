import type { Leaving, Template } from './definition.ts';
import type { Evaluate } from './expressions.ts';
import { contextObject, type MapItem } from './context.ts';
import type { History } from './history.ts';
import type {
  AttemptedWork,
  AttemptOutcome,
  Clock,
  ExecutionEvent,
  FailedAttempt,
  Json,
  StateAttempt,
  TaskRunner,
} from './types.ts';
import type { Position, Progress } from './progress.ts';
import { visibleVariables } from './variables.ts';

/** What the states of one execution share. */
export interface Execution {
  name: string;
  stateMachineArn: string;
  input: Json;
  startedAt: number;
  /** The latest redrive; none before the first. */
  redrive?: Redrive;
  clock: Clock;
  random: () => number;
  runTask: TaskRunner;
  evaluate: Evaluate;
  history: History;
  emit: (event: ExecutionEvent) => void;
  onAttempt?: (attempt: StateAttempt) => void;
}

/** How an execution that has ended is gone on with. */
export interface Redrive {
  /** Counted from 1. */
  count: number;
  at: number;
  /** Whether states that are gone on with count as entered anew. */
  entersAnew: boolean;
}

/** What the states of one run of a flow share. */
export interface FlowScope {
  progress: Progress;
  /** Aborted, with an Interruption, when the flow must end before its time. */
  signal: AbortSignal;
  /** The item of the innermost Map around the flow. */
  mapItem?: MapItem;
}

/** One stay in a state, from its entry to its exit, retries included. */
export interface Visit extends FlowScope {
  execution: Execution;
  position: Position;
  name: string;
  input: Json;
  enteredAt: number;
  /** The number of the event StateEntered in the history, which AWS quotes in causes. */
  enteredEventId: number;
  /** For a state that can retry: how often it did. */
  retryCount?: number;
  /** What is known of the attempt under way. */
  work: AttemptedWork;
}

/** What a state hands over when it is left. */
export interface Outcome {
  output: Json;
  assigned?: Record<string, Json>;
  next?: string;
  /** The error that was caught, and by which catcher. */
  caught?: FailedAttempt & { catcher: number };
}

/** Parts of `$states` that only some fields see. */
export interface Available {
  result?: Json;
  errorOutput?: Json;
}

/** Evaluates a field of the state. */
export function evaluateIn(visit: Visit, template: Template, available: Available = {}): Promise<Json> {
  const states = { input: visit.input, context: contextObject(visit), ...available };
  return visit.execution.evaluate(template, { ...visibleVariables(visit.progress.variables), states });
}

/** Evaluates `Assign` and `Output`. Both see the variables as they were, so nothing is assigned yet. */
export async function leave(
  visit: Visit,
  leaving: Leaving & { next?: string },
  unchanged: Json,
  available: Available = {},
): Promise<Outcome> {
  const assigned = leaving.assign && (await evaluateIn(visit, leaving.assign, available));
  const output = leaving.output ? await evaluateIn(visit, leaving.output, available) : unchanged;
  return {
    output,
    ...(assigned !== undefined && { assigned: assigned as Record<string, Json> }),
    ...(leaving.next !== undefined && { next: leaving.next }),
  };
}

/** Tells of an attempt that has ended, before anything is assigned. */
export function recordAttempt(visit: Visit, outcome: AttemptOutcome): void {
  const { execution, name: state, input, work } = visit;
  execution.onAttempt?.({
    state,
    input,
    variables: visibleVariables(visit.progress.variables),
    context: contextObject(visit),
    ...work,
    outcome,
  });
}

/** The words that AWS puts in front of what went wrong inside a state. */
export function whileExecuting(visit: Visit, problem: string): string {
  const { name, enteredEventId } = visit;
  return `An error occurred while executing the state '${name}' (entered at the event id #${enteredEventId}). ${problem}`;
}
