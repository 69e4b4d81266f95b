/**
 * An embedded interpreter of the Amazon States Language with QueryLanguage JSONata. `loadStateMachine` refuses
 * every definition that it would not run as AWS Step Functions does; `execute` runs one that was loaded.
 */
export * from './types.ts';
export type { StateMachine } from './definition.ts';
export { UnsupportedDefinitionError } from './load/problems.ts';
export { loadStateMachine } from './load/load-state-machine.ts';
export { createExecution, execute, mostEventsForRedrive } from './execute.ts';
export { invokeLambda, LAMBDA_INVOKE } from './lambda-invoke.ts';
