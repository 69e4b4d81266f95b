import type { Expression, Template } from './definition.ts';
import { EvaluationError } from './errors.ts';
import { jsonType, toJson } from './json.ts';
import { type Surroundings, withSurroundings } from './surroundings.ts';
import type { Json } from './types.ts';

/** What the expressions of a state see: its variables and `$states`. */
export type Bindings = Readonly<Record<string, Json>>;

/** Evaluates a field; throws EvaluationError. */
export type Evaluate = (template: Template, bindings: Bindings) => Promise<Json>;

/** Evaluates the fields of one execution. */
export function createEvaluator(surroundings: Surroundings): Evaluate {
  async function evaluateObject(entries: [string, Template][], bindings: Bindings): Promise<Json> {
    const evaluated: [string, Json][] = [];
    for (const [key, value] of entries) evaluated.push([key, await evaluate(value, bindings)]);
    return Object.fromEntries(evaluated);
  }

  async function evaluateArray(items: Template[], bindings: Bindings): Promise<Json> {
    const evaluated: Json[] = [];
    for (const item of items) evaluated.push(await evaluate(item, bindings));
    return evaluated;
  }

  async function evaluate(template: Template, bindings: Bindings): Promise<Json> {
    switch (template.kind) {
      case 'literal':
        return template.value;
      case 'array':
        return evaluateArray(template.items, bindings);
      case 'object':
        return evaluateObject(template.entries, bindings);
      case 'expression':
        return evaluateExpression(template, bindings, surroundings);
    }
  }

  return evaluate;
}

async function evaluateExpression(
  expression: Expression,
  bindings: Bindings,
  surroundings: Surroundings,
): Promise<Json> {
  let result: unknown;
  try {
    // AWS gives expressions no input document: `$` and names without a variable in front select nothing.
    const seen = withSurroundings(detached(expression, bindings), surroundings);
    result = await expression.parsed.evaluate(undefined, seen);
  } catch (error) {
    throw new EvaluationError(`${subject(expression)} threw an error during evaluation${textOf(error)}`);
  }
  if (result === undefined) throw new EvaluationError(`${subject(expression)} returned nothing (undefined).`);
  const json = toJson(result);
  if (json === undefined)
    throw new EvaluationError(`${subject(expression)} returned an unsupported result type.`);
  return json;
}

/** To group an empty array, JSONata puts an element into it: into a copy, lest data change. */
const detached = ({ hasGroups }: Expression, bindings: Bindings) =>
  hasGroups ? structuredClone(bindings) : bindings;

/** The error for a result that its field does not take. */
export function unexpectedType(expression: Expression, expected: string, value: Json): EvaluationError {
  return new EvaluationError(
    `${subject(expression)} returned an unexpected result type. ` +
      `Expected '${expected}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`,
  );
}

function subject(expression: Expression): string {
  return `The JSONata expression '${expression.source}' specified for the field '${expression.field}'`;
}

/** JSONata throws objects with a message, and as a rule with a code. */
function textOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? `: ${message}` : `. ${code}: ${message}`;
}
