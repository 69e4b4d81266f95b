/** A part of a JSONata expression, as its parser gives it. */
export interface Node {
  type?: string;
  value?: unknown;
  steps?: Node[];
  procedure?: Node;
  arguments?: Node[];
  group?: unknown;
}

/** What stands under these names is evaluated for a value that was selected before, its context. */
const WITH_CONTEXT = new Set(['stages', 'predicate', 'group', 'terms', 'pattern', 'update', 'delete']);

/** Shows every part, and whether `$` and bare names stand for something there. */
export function visitNodes(tree: unknown, visit: (node: Node, hasContext: boolean) => void): void {
  const seen = new Set<object>();

  function visitPart(value: unknown, hasContext: boolean): void {
    if (typeof value !== 'object' || value === null || value instanceof RegExp || seen.has(value)) return;
    seen.add(value);
    if (!Array.isArray(value)) visit(value, hasContext);
    for (const [name, child] of Object.entries(value) as [string, unknown][]) {
      if (name === 'steps') visitSteps(child as Node[], hasContext);
      else visitPart(child, hasContext || WITH_CONTEXT.has(name));
    }
  }

  /** Each step of a path is evaluated for what the one before it selected. */
  function visitSteps(steps: Node[], hasContext: boolean): void {
    for (const [index, step] of steps.entries()) visitPart(step, hasContext || index > 0);
  }

  visitPart(tree, false);
}

/** Whether a value that was selected is grouped, be it into a single object: braces behind it, or as a step of its own. */
export function hasGroups(tree: unknown): boolean {
  let found = false;
  visitNodes(tree, ({ type, value, group }, hasContext) => {
    found ||= group !== undefined || (hasContext && type === 'unary' && value === '{');
  });
  return found;
}
