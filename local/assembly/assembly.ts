/** What `cdk synth` emitted, as far as the engine runs it. References are resolved to names of this machine. */
export interface Assembly {
  bucketName: string;
  functions: LambdaFunction[];
  stateMachines: StateMachineResource[];
  /** Those that state machines use. */
  tables: TableResource[];
  /** Those that start state machines. */
  rules: RuleResource[];
  /** Those that start state machines. */
  schedules: ScheduleResource[];
  /** ARNs of the secrets that state machines name. */
  secrets: string[];
  /** The outputs of each stack, by name. */
  outputs: Record<string, Record<string, string>>;
}

export interface StateMachineResource {
  arn: string;
  /** Absent where a part of it is unknown to the engine. */
  definition?: unknown;
  /** Which part that is. It may be there as long as nobody executes the state machine. */
  unknownPart?: string;
}

export interface TableResource {
  name: string;
  /** Properties of the table as CloudFormation and DynamoDB name them. */
  properties: Record<string, unknown>;
}

/** A schedule of EventBridge Scheduler. */
interface ScheduleResource {
  targetArn: string;
  /** JSON text, in which `<aws.scheduler.scheduled-time>` stands for the occurrence's time. */
  input: string;
}

/** A rule of EventBridge, in the words of CloudFormation. */
export interface RuleResource {
  EventPattern: unknown;
  Targets: RuleTarget[];
}

export interface RuleTarget {
  Arn: string;
  /** JSON text. */
  Input?: string;
  /** Such as `$.detail`. */
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
}

export interface LambdaFunction {
  name: string;
  arn: string;
  /** Directory of the bundle, and the handler in it, such as `index.handler`. */
  directory: string;
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
}
