import { formatTimestamp } from './timestamps.ts';
import type { Json } from './types.ts';
import type { Visit } from './visit.ts';

/** An item of a Map, as `$states.context.Map.Item` shows it. */
export interface MapItem {
  index: number;
  value: Json;
}

/** For executions that aren't told which state machine is theirs. */
export const MADE_UP_ARN = 'arn:aws:states:us-east-1:000000000000:stateMachine:local';

/** The context object, `$states.context`. There is no AWS account here: its role is made up. */
export function contextObject(visit: Visit): Json {
  const { execution, mapItem, retryCount } = visit;
  const { stateMachineArn, redrive } = execution;
  return {
    Execution: {
      Id: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${execution.name}`,
      Input: execution.input,
      Name: execution.name,
      RoleArn: 'arn:aws:iam::000000000000:role/local',
      StartTime: formatTimestamp(execution.startedAt),
      RedriveCount: redrive?.count ?? 0,
      ...(redrive && { RedriveTime: formatTimestamp(redrive.at) }),
    },
    StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':')[6] ?? '' },
    State: {
      Name: visit.name,
      EnteredTime: formatTimestamp(visit.enteredAt),
      ...(retryCount !== undefined && { RetryCount: retryCount }),
    },
    // The developer guide shows a Source as well; AWS has none for an inline Map.
    ...(mapItem && { Map: { Item: { Index: mapItem.index, Value: mapItem.value } } }),
  };
}
