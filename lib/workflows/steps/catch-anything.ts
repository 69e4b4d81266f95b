import type { CatchProps, IChainable, Map, Parallel, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { dataLimitExceeded } from '../retry-policies.ts';

/** Catches whatever a state fails with. `States.ALL` alone doesn't mean what is too much to be handed on. */
export const catchAnything = <Caught extends TaskStateBase | Parallel | Map>(
  state: Caught,
  handler: IChainable,
  props: CatchProps = {},
): Caught => state.addCatch(handler, { ...props, ...dataLimitExceeded }).addCatch(handler, props) as Caught;
