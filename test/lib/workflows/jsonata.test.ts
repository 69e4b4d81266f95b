import { expect, test } from 'vitest';
import { literal } from '../../../lib/workflows/jsonata.ts';
import type { Json } from '../../../local/states-language/index.ts';
import { outputOf, pass } from '../../local/states-language/support.ts';

test.each<[string, Json]>([
  ['an expression', '{% $states.context.Execution.Id %}'],
  ['no JSONata', '{% %} %}'],
  ['the beginning of an expression', '{% 1'],
  ['the end of an expression', '1 %}'],
  ['both in one', '{%}'],
  ['quotes and backslashes', String.raw`{% "a" & 'b' \ \" \u0041 %}`],
  ['line breaks', '{%\n1\r\n\t\u2028\0%}'],
  ['half a character', '{%\uD83D %}'],
  ['a parameter of CloudFormation', 'in ${AWS::Region}'],
  ['text that is none', ' {% 1 %} '],
  ['a path of JSONPath', { 'a.$': '$.a' }],
  ['lists and objects', { a: [{ '{% $k %}': '{% 1 %}' }, ['{% 2 %}'], 3, null, true], '${b}': {} }],
])('a literal gives the very value: %s', async (_, value) => {
  const written = literal(value);
  expect(await outputOf(pass(written))).toEqual(value);
});

test('what means nothing in a definition is written as it is', () => {
  const value = { templateId: 42, period: 'previousMonth', template: { name: 'Times {%} of $team, 100 %' } };
  expect(literal(value)).toEqual(value);
});

test('a literal has neither an expression nor a parameter in it', () => {
  expect(literal('{% ${a} %}')).toMatch(/^\{% "[^%$]+" %\}$/);
});
