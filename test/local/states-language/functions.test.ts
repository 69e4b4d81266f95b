import { describe, expect, test } from 'vitest';
import { evaluate, evaluationCauseOf as causeOf, machine, outputOf, pass, START } from './support.ts';

const notAHash = (name: string) =>
  `D3137: Hash algorithm '${name}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5`;

describe('the functions that Step Functions adds to JSONata', () => {
  test('$partition cuts an array into chunks, the last of which may be shorter', async () => {
    expect(await evaluate('$partition([1,2,3,4], $states.input.chunkSize)', { chunkSize: 2 })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await evaluate('$partition([1,2,3,4,5,6,7,8,9], 4)')).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
  });

  // 'The return value will be a two-dimensional array.'
  test('$partition into one chunk is an array of one array', async () => {
    expect(await evaluate('$partition([1,2], 5)')).toEqual([[1, 2]]);
    expect(await evaluate('$partition([1], 5)')).toEqual([[1]]);
  });

  test('$range counts by its delta, up or down, to its end', async () => {
    expect(await evaluate('$range(0, 10, 2)')).toEqual([0, 2, 4, 6, 8, 10]);
    expect(await evaluate('$range(1, 9, 2)')).toEqual([1, 3, 5, 7, 9]);
    expect(await evaluate('$range(0, 9, 4)')).toEqual([0, 4, 8]);
    expect(await evaluate('$range(3, 1, -1)')).toEqual([3, 2, 1]);
  });

  // The developer guide says 'round down'; AWS does so towards zero.
  test.each([
    ['$partition([1,2,3,4], 2.9)', '$partition([1,2,3,4], 2)'],
    ['$range(1.7, 5.2, 2.9)', '$range(1, 5, 2)'],
    ['$range(-1.7, 2, 1)', '[-1, 0, 1, 2]'],
  ])('arguments that should be integers lose their fraction: %s is %s', async (expression, cut) => {
    expect(await evaluate(expression)).toEqual(await evaluate(cut));
  });

  test('$partition without a size gives one chunk', async () => {
    expect(await evaluate('$partition([1,2,3])')).toEqual([[1, 2, 3]]);
  });

  test('$range gives a sequence: one number stands for itself', async () => {
    expect(await evaluate('$range(7, 7, 1)')).toBe(7);
    expect(await evaluate('$range(1, 2, 5)')).toBe(1);
  });

  test.each([
    '$partition([1,2,3], 0)',
    '$partition([1,2,3], -0.5)',
    '$partition([], 2)',
    '$partition($states.input.missing, 2)',
    '$range(0, 10)',
    '$range(0, 10, 0)',
    '$range(0, 10, 0.49)',
    '$range(0, 10, -1)',
    "$hash('input data')",
    '$parse()',
    '$parse($states.input.missing)',
  ])('gives nothing: %s', async (expression) => {
    expect(await causeOf(expression)).toMatch(/returned nothing \(undefined\)\.$/);
  });

  test.each([
    ['MD5', '812f45842bc6d66ee14572ce20db8e86'],
    ['SHA-1', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['SHA-256', 'b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3'],
  ])('$hash is the hexadecimal digest: %s', async (algorithm, digest) => {
    expect(await evaluate("$hash('input data', $states.input)", algorithm)).toBe(digest);
  });

  test.each([
    ['SHA-384', 96],
    ['SHA-512', 128],
  ])('$hash also knows %s', async (algorithm, length) => {
    expect(await evaluate("$hash('input data', $states.input)", algorithm)).toMatch(
      new RegExp(`^[0-9a-f]{${length}}$`),
    );
  });

  test('$random is a number from 0 up to, but not including, 1, and comes from the execution', async () => {
    expect(await outputOf(pass('{% $random() %}'), { random: () => 0.25 })).toBe(0.25);
    const drawn = await evaluate('[1..50].$random()');
    for (const number of drawn as number[]) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThan(1);
    }
  });

  // Recorded on AWS, which takes them from Java's Random.
  test.each([
    [77, 0.7240700207191966],
    [42, 0.7275636800328681],
    [0, 0.730967787376657],
    [7.9, 0.7306990420600421],
  ])('$random with a seed is the number that AWS gives: %d', async (seed, number) => {
    expect(await evaluate('$random($states.input)', seed)).toBe(number);
  });

  test('$uuid is a version 4 UUID, and another at each call', async () => {
    const [first, second] = (await evaluate('[$uuid(), $uuid()]')) as string[];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).not.toBe(first);
  });

  test('$parse reads JSON', async () => {
    expect(await evaluate('$parse($states.input)', '{"hours": [7, 7.5], "day": null}')).toEqual({
      hours: [7, 7.5],
      day: null,
    });
    expect(await evaluate('$parse($states.input).hours[0]', '{"hours": [7, 7.5]}')).toBe(7);
  });

  test('what $parse read can be queried like any other data', async () => {
    expect(
      await evaluate(
        '$parse($states.input)[hours > 7].name',
        '[{"name":"a","hours":7},{"name":"b","hours":8}]',
      ),
    ).toBe('b');
  });

  test.each([
    ['$partition([1,2,3], -1)', 'D3137: Second argument must be zero or greater'],
    ["$partition('text', 2)", 'T0412: Argument 1 of function "partition" must be an array of undefined'],
    ["$partition([1], 'two')", 'T0410: Argument 2 of function "partition" does not match function signature'],
    ['$range(1, 2, 3, 4)', 'T0410: Argument 4 of function "range" does not match function signature'],
    ['$hash()', 'T0410: Argument 1 of function "hash" does not match function signature'],
    ["$hash('input data', 'CRC32')", notAHash('CRC32')],
    ["$hash('input data', 'sha-1')", notAHash('sha-1')],
    ["$parse('{broken')", 'D3137: Invalid JSON'],
    ["$parse('')", 'D3137: Invalid JSON'],
    ["$parse('{} {}')", 'D3137: Invalid JSON'],
    ["$parse('1e400')", 'D3137: Invalid JSON'],
    ['$parse($states.input)', 'D3137: Invalid JSON'],
  ])('refuses arguments that it cannot use: %s', async (expression, problem) => {
    expect(await causeOf(expression, '{"a:b": [{"c": "\\":"}], "d": 1, "d": 2}')).toContain(
      `threw an error during evaluation. ${problem}`,
    );
  });

  test('$parse takes colons in strings, and names that come twice in different objects', async () => {
    const value = { 'a:b': [{ c: '":\\' }, { c: '::' }], c: { c: {} } };
    expect(await evaluate('$parse($states.input)', JSON.stringify(value))).toEqual(value);
  });

  test.each(["$eval('1 + 1')", '$nonsense(1)'])(
    'calling what does not exist fails when it is evaluated: %s',
    async (expression) => {
      expect(await causeOf(expression)).toContain('T1006: Attempted to invoke a non-function');
    },
  );
});

describe('time', () => {
  test('$now and $millis are the time of the clock', async () => {
    expect(await evaluate('$now()')).toBe(START);
    expect(await evaluate('$millis()')).toBe(Date.parse(START));
  });

  test('$now advances with the clock from state to state', async () => {
    const definition = machine({
      Before: { Type: 'Pass', Assign: { before: '{% $millis() %}' }, Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 90, Next: 'After' },
      After: { Type: 'Pass', Output: '{% $millis() - $before %}', End: true },
    });
    expect(await outputOf(definition)).toBe(90_000);
  });

  test('a Wait evaluates its Output after the wait', async () => {
    const definition = machine({ Wait: { Type: 'Wait', Seconds: 90, Output: '{% $now() %}', End: true } });
    expect(await outputOf(definition)).toBe('2026-03-02T06:01:30.000Z');
  });
});
