import jsonata, { type Expression as Jsonata } from 'jsonata';
import { hookEvaluations } from './evaluation-hooks.ts';
import { registerFunctions } from './jsonata-functions.ts';

/** An expression ready to be evaluated, any number of times, or why it is none. */
export function parseExpression(source: string): Jsonata | { problem: string } {
  let expression: Jsonata;
  try {
    expression = jsonata(source);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { problem: code === undefined ? message : `${code}: ${message}` };
  }
  registerFunctions(expression);
  hookEvaluations(expression);
  return expression;
}
