import jsonata from 'jsonata';

/** Which parts of `$states` exist where the expression stands; AWS refuses to create a machine that reads others. */
export type Availability = 'input' | 'result' | 'errorOutput';

/** What keeps AWS from accepting an expression: wrong syntax, or a `$states` field that is never there. */
export function expressionProblems(source: string, available: Availability): string[] {
  let tree: unknown;
  try {
    tree = jsonata(source).ast();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return [`not a JSONata expression: ${code === undefined ? '' : `${code}: `}${message}`];
  }
  const problems = new Set<string>();
  visitNodes(tree, (node) => {
    const operator = newerOperator(node, source);
    if (operator) problems.add(`the operator ${operator} does not exist in JSONata 2.0.6, which AWS runs`);
    const field = statesField(node);
    if ((field === 'result' || field === 'errorOutput') && field !== available) {
      problems.add(`$states.${field} does not exist here`);
    }
  });
  return [...problems];
}

interface Node {
  type?: string;
  value?: unknown;
  position?: number;
  steps?: Node[];
}

function visitNodes(value: unknown, visit: (node: Node) => void, seen = new Set<object>()): void {
  if (typeof value !== 'object' || value === null || value instanceof RegExp || seen.has(value)) return;
  seen.add(value);
  if (!Array.isArray(value)) visit(value);
  for (const child of Object.values(value)) visitNodes(child, visit, seen);
}

/** JSONata 2.1 writes `?:` and `??` as conditions; the position still tells them from `a ? b : c`. */
function newerOperator(node: Node, source: string): string | undefined {
  if (node.type !== 'condition' || node.position === undefined) return undefined;
  const operator = source.slice(node.position - 2, node.position);
  return operator === '?:' || operator === '??' ? operator : undefined;
}

function statesField(node: Node): unknown {
  const [first, second] = node.steps ?? [];
  const isStates = first?.type === 'variable' && first.value === 'states';
  return isStates && second?.type === 'name' ? second.value : undefined;
}
