import { type Node, visitNodes } from './syntax-tree.ts';

/** Which parts of `$states` exist where the expression stands; AWS refuses to create a machine that reads others. */
export type Availability = 'input' | 'result' | 'errorOutput';

/**
 * What keeps an expression from being run: AWS would not accept it, or JSONata here would give something else.
 * @param tree its syntax tree
 */
export function expressionProblems(tree: unknown, available: Availability): string[] {
  const problems = new Set<string | undefined>();
  visitNodes(tree, (node, hasContext) => {
    problems.add(missingContext(node, hasContext));
    problems.add(missingStatesField(node, available));
    problems.add(inheritedName(node));
    problems.add(endlessFormat(node));
  });
  return [...problems].filter((problem) => problem !== undefined);
}

/** There is no input document: `$$` never stands for anything, `$` and bare names only for what was selected. */
function missingContext({ type, value }: Node, hasContext: boolean): string | undefined {
  const isRoot = type === 'variable' && value === '$';
  const isContext = type === 'variable' && value === '';
  const isReference = isContext || type === 'name' || type === 'wildcard' || type === 'descendant';
  if (!isRoot && (hasContext || !isReference)) return undefined;
  const text = type === 'variable' ? `$${String(value)}` : String(value);
  return `${text} at the top level refers to nothing`;
}

function missingStatesField({ steps = [] }: Node, available: Availability): string | undefined {
  const [first, second] = steps;
  const isStates = first?.type === 'variable' && first.value === 'states';
  if (!isStates || second?.type !== 'name') return undefined;
  const isThere = ['input', 'context', available].includes(second.value as string);
  return isThere ? undefined : `$states.${String(second.value)} does not exist here`;
}

/** Names that JavaScript gives to every object: JSONata here would find them, AWS's doesn't. */
export function isInherited(name: unknown): boolean {
  return typeof name === 'string' && name in Object.prototype;
}

function inheritedName({ type, value }: Node): string | undefined {
  const isName = type === 'name' || type === 'variable' || type === 'string';
  return isName && isInherited(value) ? `the name ${String(value)} is not implemented` : undefined;
}

/** For a number that is not positive, JSONata never comes to the end of a picture with an exponent. */
function endlessFormat({ procedure, arguments: args = [] }: Node): string | undefined {
  if (procedure?.type !== 'variable' || procedure.value !== 'formatNumber') return undefined;
  const hasExponent = args.some(({ type, value }) => type === 'string' && /[0#]e[0#]/.test(String(value)));
  return hasExponent ? '$formatNumber is not implemented for a picture with an exponent' : undefined;
}
