import type { RuleResource } from '../../assembly/read-assembly.ts';
import type { Json } from '../../states-language/index.ts';

/** A rule's target and what it is given. */
export interface Triggered {
  targetArn: string;
  input: Json;
}

/** What an event sets off. Of EventBridge's patterns, values and lists of values are known; others are refused. */
export function triggeredBy(rules: readonly RuleResource[], event: Json): Triggered[] {
  return rules
    .filter(({ EventPattern }) => matches(EventPattern, event))
    .flatMap(({ Targets }) =>
      Targets.map(({ Arn, InputTransformer: { InputPathsMap, InputTemplate } }) => ({
        targetArn: Arn,
        input: JSON.parse(
          InputTemplate.replaceAll(/<([^>]+)>/g, (_, name: string) =>
            JSON.stringify(valueAt(event, InputPathsMap[name]!)),
          ),
        ) as Json,
      })),
    );
}

function matches(pattern: unknown, value: Json | undefined): boolean {
  if (Array.isArray(pattern)) {
    if (pattern.some((wanted) => typeof wanted === 'object')) {
      throw new Error(`The engine doesn't know this event pattern: ${JSON.stringify(pattern)}`);
    }
    // Of a list, any value will do.
    return [value].flat().some((one) => pattern.includes(one));
  }
  if (typeof pattern !== 'object' || pattern === null) {
    throw new Error(`The engine doesn't know this event pattern: ${JSON.stringify(pattern)}`);
  }
  return Object.entries(pattern).every(([key, inner]) => matches(inner, field(value, key)));
}

const valueAt = (event: Json, path: string): Json | undefined =>
  path.replace(/^\$\./, '').split('.').reduce<Json | undefined>(field, event);

function field(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined;
}
