import type { Chain, IChainable, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';

/** Goes on with what a step was given, whether the step succeeds or not: nothing else ends otherwise because of it. */
export const goOnAnyway = (step: TaskStateBase, next: IChainable): Chain =>
  step.addCatch(next, { outputs: '{% $states.input %}' }).next(next);
