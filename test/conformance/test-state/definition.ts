import type { Json } from '../../../local/states-language/index.ts';

/** A flow of states as a definition writes it. */
export interface Flow {
  StartAt: string;
  States: Record<string, StateFields>;
}

export interface StateFields {
  [field: string]: unknown;
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: (Handler & { Condition: string })[];
  Retry?: (Pick<Handler, 'ErrorEquals'> & { MaxAttempts?: number })[];
  Catch?: Handler[];
  Branches?: Flow[];
  ItemProcessor?: Flow;
  Arguments?: Json;
  Output?: Json;
  Assign?: Json;
}

/** A rule of a Choice, or a catcher. */
interface Handler {
  ErrorEquals: string[];
  Next: string;
  Output?: Json;
  Assign?: Json;
}

/** The states of a definition by name, with those inside its Maps and Parallels. */
export function statesOf(flow: Flow): Map<string, StateFields> {
  const own = Object.entries(flow.States);
  const inner = own.flatMap(([, state]) => flowsOf(state).flatMap((each) => [...statesOf(each)]));
  return new Map([...own, ...inner]);
}

export const flowsOf = ({ Branches = [], ItemProcessor }: StateFields): Flow[] =>
  ItemProcessor === undefined ? Branches : [...Branches, ItemProcessor];

/** Where a state leads that does what it is for; undefined: to the end of its flow. */
export function targetsOf({ Type, Next, Choices, Default }: StateFields): (string | undefined)[] {
  if (Type === 'Fail') return [];
  if (Choices === undefined) return [Next];
  return [...new Set([...Choices.map((rule) => rule.Next), ...(Default === undefined ? [] : [Default])])];
}

/** What has to be shown of a state machine: every state, transition, Retry and Catch. */
export const partsOf = (machine: string, definition: Flow): string[] =>
  [...statesOf(definition)].flatMap(([name, state]) => partsOfState(machine, name, state));

export function partsOfState(machine: string, name: string, state: StateFields): string[] {
  const part = partNames(machine, name);
  return [
    part.state,
    ...targetsOf(state).map(part.transition),
    ...(state.Retry ?? []).map((_, index) => part.retry(index)),
    ...(state.Catch ?? []).map((_, index) => part.catch(index)),
  ];
}

/** What the parts of a state are called. */
export function partNames(machine: string, state: string) {
  const name = `${machine}: ${state}`;
  return {
    state: name,
    transition: (target = 'the end') => `${name} -> ${target}`,
    retry: (index: number) => `${name}, Retry[${index}]`,
    catch: (index: number) => `${name}, Catch[${index}]`,
  };
}
