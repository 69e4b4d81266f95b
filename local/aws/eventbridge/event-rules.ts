import type { RuleResource, RuleTarget } from '../../assembly/assembly.ts';
import type { Json } from '../../states-language/index.ts';

/** A rule's target and what it is given. */
export interface Triggered {
  targetArn: string;
  input: Json;
}

/**
 * The rules that may follow an event of this engine: those of other services of AWS never do.
 * @throws Error where one has a pattern that the engine doesn't know
 */
export function loadRules(resources: readonly RuleResource[]): RuleResource[] {
  const rules = resources.filter(({ EventPattern }) => mayConcern(EventPattern as { source?: unknown }));
  for (const { EventPattern } of rules) checkPattern(EventPattern);
  return rules;
}

/** Step Functions tells of executions; whoever puts events names a source of his own, never one of AWS. */
const mayConcern = ({ source }: { source?: unknown }) =>
  !Array.isArray(source) ||
  source.some((name) => name === 'aws.states' || !(typeof name === 'string' && name.startsWith('aws.')));

/** Of EventBridge's patterns, values and lists of values are known. */
function checkPattern(pattern: unknown): void {
  const isKnown = Array.isArray(pattern)
    ? pattern.every((wanted) => typeof wanted !== 'object')
    : typeof pattern === 'object' && pattern !== null;
  if (!isKnown) throw new Error(`The engine doesn't know this event pattern: ${JSON.stringify(pattern)}`);
  if (!Array.isArray(pattern)) for (const inner of Object.values(pattern as object)) checkPattern(inner);
}

/** What an event sets off. */
export const triggeredBy = (rules: readonly RuleResource[], event: Json): Triggered[] =>
  rules
    .filter(({ EventPattern }) => matches(EventPattern as Pattern, event))
    .flatMap(({ Targets }) =>
      Targets.map((target) => ({ targetArn: target.Arn, input: inputOf(target, event) })),
    );

type Pattern = readonly (Json | undefined)[] | { readonly [field: string]: Pattern };

function matches(pattern: Pattern, value: Json | undefined): boolean {
  // Of a list, any value will do.
  if (Array.isArray(pattern)) return [value].flat().some((one) => pattern.includes(one));
  return Object.entries(pattern).every(([key, inner]) => matches(inner as Pattern, field(value, key)));
}

/** What a target is given: a text, a part of the event, a text with values of the event in it, or the event itself. */
function inputOf({ Input, InputPath, InputTransformer }: RuleTarget, event: Json): Json {
  if (Input !== undefined) return JSON.parse(Input) as Json;
  if (InputPath !== undefined) return valueAt(event, InputPath) ?? null;
  if (InputTransformer === undefined) return event;
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const text = InputTemplate.replaceAll(/<([^>]+)>/g, (_, name: string) =>
    JSON.stringify(valueAt(event, InputPathsMap[name]!)),
  );
  return JSON.parse(text) as Json;
}

const valueAt = (event: Json, path: string): Json | undefined =>
  path.replace(/^\$\./, '').split('.').reduce<Json | undefined>(field, event);

function field(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
}
