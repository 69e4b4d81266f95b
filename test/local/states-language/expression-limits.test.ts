import { describe, expect, test } from 'vitest';
import { evaluate, evaluationCauseOf } from './support.ts';

/** The end of the cause with which an evaluation fails. */
const causeOf = async (expression: string) =>
  (await evaluationCauseOf(expression))?.split("specified for the field 'Output' ")[1];

const TOO_DEEP =
  'threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function. ' +
  'Consider rewriting as tail-recursive';
const TOO_LARGE =
  'threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage';

const sum = (terms: number) => Array.from({ length: terms }, () => '1').join(' + ');
const nested = (open: string, close: string) => (depth: number) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;
const chain = (functions: number) => `1${' ~> $string'.repeat(functions)}`;
const recursion = (depth: number) => `($f := function($x) { $x <= 0 ? 0 : 1 + $f($x - 1) }; $f(${depth}))`;

// Measured on AWS: an evaluation fails when more than 100 of its parts are under way inside each other.
describe('how deep an expression goes', () => {
  test.each([
    ['terms of a sum', sum, 100],
    ['parentheses', nested('(', ')'), 99],
    ['brackets', nested('[', ']'), 99],
    ['chained functions', chain, 99],
    ['calls of a function by itself', recursion, 31],
  ])('so many %s and no more', async (_, expression, most) => {
    await expect(evaluate(expression(most))).resolves.toBeDefined();
    expect(await causeOf(expression(most + 1))).toBe(TOO_DEEP);
  });

  test('what stands beside each other in an array or an object does not add up', async () => {
    const inArray = `[${Array.from({ length: 300 }, (_, index) => `${index} + 0`).join()}]`;
    expect(await evaluate(inArray)).toHaveLength(300);
    const inObject = `{${Array.from({ length: 300 }, (_, index) => `"${index}": [${sum(40)}, 1]`).join()}}`;
    expect(Object.keys((await evaluate(inObject)) as object)).toHaveLength(300);
    expect(await evaluate('$count($keys([1..300]{$string($): $ + 1}))')).toBe(300);
    expect(await evaluate(`$count([1, [2, ${sum(97)}]])`)).toBe(2);
    expect(await causeOf(`[1, [2, ${sum(99)}]]`)).toBe(TOO_DEEP);
  });

  test('nor what is evaluated one after the other', async () => {
    expect(await evaluate('$sum($map([1..500], function($x) { [$x, {"twice": 2 * $x}].twice }))')).toBe(
      250_500,
    );
    const byGroup = 'items@$item.{ $item.key: [$item.value, [$item.value]] }';
    expect(
      await evaluate(`$count($states.input.${byGroup})`, {
        items: Array.from({ length: 300 }, (_, index) => ({ key: `k${index}`, value: index })),
      }),
    ).toBe(300);
  });

  test('a function that calls itself at its end goes no deeper', async () => {
    expect(await evaluate('($f := function($x) { $x = 0 ? "done" : $f($x - 1) }; $f(1000))')).toBe('done');
  });
});

describe('what an expression may take', () => {
  test('a second', async () => {
    expect(await causeOf('($f := function($x) { $f($x + 1) }; $f(0))')).toBe(
      'threw an error during evaluation: Expression evaluation timeout: Check for infinite loop',
    );
  });

  test.each(['$count([1..873783])', '$count($range(1, 873783, 1))', "$length($pad('', 6990257))"])(
    'no more memory than AWS has for it: %s',
    async (expression) => {
      expect(await causeOf(expression)).toBe(TOO_LARGE);
    },
  );

  test('arrays of some length', async () => {
    expect(await evaluate('$count($range(1, 100000, 1))')).toBe(100_000);
  });
});
