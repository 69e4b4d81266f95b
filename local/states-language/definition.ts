import type { Expression as Jsonata } from 'jsonata';
import type { Json } from './types.ts';

/** A definition as it is run: checked, its expressions told apart from its literals. */
export interface StateMachine extends Flow {
  timeoutSeconds?: number;
}

/** The states of a state machine, of a branch of a Parallel or of the iterations of a Map. */
export interface Flow {
  startAt: string;
  states: ReadonlyMap<string, State>;
}

/** A JSON value of the definition in which `{% … %}` strings are expressions. */
export type Template =
  | { kind: 'literal'; value: Json }
  | Expression
  | { kind: 'array'; items: Template[] }
  | { kind: 'object'; entries: [key: string, value: Template][] };

export interface Expression {
  kind: 'expression';
  /** The JSONata between `{%` and `%}`, trimmed as AWS quotes it. */
  source: string;
  parsed: Jsonata;
  /** The field in which it stands, as AWS names it in a cause: `Arguments/Payload/ids[0]`. */
  field: string;
  /** Whether it groups values, and may so change them. */
  hasGroups: boolean;
}

export type State =
  TaskState | PassState | WaitState | ChoiceState | ParallelState | MapState | SucceedState | FailState;

/** What a state does when it is left: `Output` shapes what it hands over, `Assign` sets variables. */
export interface Leaving {
  output?: Template;
  assign?: Template;
}

interface Transition {
  /** The next state; none at the end of the flow. */
  next?: string;
}

interface ErrorHandling {
  retry: Retrier[];
  catch: Catcher[];
}

export interface Retrier {
  errorEquals: string[];
  intervalSeconds: number;
  maxAttempts: number;
  backoffRate: number;
  maxDelaySeconds?: number;
  jitterStrategy: 'FULL' | 'NONE';
}

export interface Catcher extends Leaving {
  errorEquals: string[];
  next: string;
}

export interface TaskState extends Leaving, Transition, ErrorHandling {
  type: 'Task';
  resource: string;
  arguments?: Template;
  timeoutSeconds?: Template;
}

export interface PassState extends Leaving, Transition {
  type: 'Pass';
}

export interface WaitState extends Leaving, Transition {
  type: 'Wait';
  /** One of the two is there. */
  seconds?: Template;
  timestamp?: Template;
}

export interface ChoiceState extends Leaving {
  type: 'Choice';
  choices: ChoiceRule[];
  default?: string;
}

export interface ChoiceRule extends Leaving {
  condition: Template;
  next: string;
}

export interface ParallelState extends Leaving, Transition, ErrorHandling {
  type: 'Parallel';
  arguments?: Template;
  branches: Flow[];
}

export interface MapState extends Leaving, Transition, ErrorHandling {
  type: 'Map';
  items?: Template;
  itemSelector?: Template;
  itemProcessor: Flow;
  maxConcurrency?: Template;
  toleratedFailureCount?: Template;
  toleratedFailurePercentage?: Template;
}

export interface SucceedState {
  type: 'Succeed';
  output?: Template;
}

export interface FailState {
  type: 'Fail';
  error?: Template;
  cause?: Template;
}
