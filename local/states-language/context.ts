import { formatTimestamp } from './timestamps.ts';
import type { Json } from './types.ts';
import type { Visit } from './visit.ts';

/** An item of a Map, as `$states.context.Map.Item` shows it. */
export interface MapItem {
  index: number;
  value: Json;
}

const ARN = 'arn:aws:states:us-east-1:000000000000';
const MACHINE = 'local';

/** The context object, `$states.context`. There is no AWS account here: its ARNs are made up. */
export function contextObject(visit: Visit): Json {
  const { execution, mapItem } = visit;
  return {
    Execution: {
      Id: `${ARN}:execution:${MACHINE}:${execution.name}`,
      Input: execution.input,
      Name: execution.name,
      RoleArn: 'arn:aws:iam::000000000000:role/local',
      StartTime: formatTimestamp(execution.startedAt),
      RedriveCount: 0,
    },
    StateMachine: { Id: `${ARN}:stateMachine:${MACHINE}`, Name: MACHINE },
    State: { Name: visit.name, EnteredTime: formatTimestamp(visit.enteredAt), RetryCount: visit.retryCount },
    // The items of an inline Map always come from the state's data.
    ...(mapItem && {
      Map: { Item: { Index: mapItem.index, Value: mapItem.value, Source: 'STATE_DATA' } },
    }),
  };
}
