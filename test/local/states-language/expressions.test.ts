import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../local/states-language/index.ts';
import { errorOf, evaluate, FUNCTION, machine, outputOf, pass, refusalOf, run } from './support.ts';

const refusal = (expression: string) => refusalOf(pass(`{% ${expression} %}`));
const failure = (expression: string, input: Json = {}) => errorOf(pass(`{% ${expression} %}`), { input });

/** The error of an execution, run in a thread that can be ended, with little memory and little time. */
function apart(definition: object): Promise<unknown> {
  const source = `import { parentPort, workerData } from 'node:worker_threads';
    const { errorOf } = await import(workerData.support);
    parentPort.postMessage(await errorOf(workerData.definition));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { definition, support: new URL('./support.ts', import.meta.url).href },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  const timer = setTimeout(() => void worker.terminate(), 120_000);
  return new Promise<unknown>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve(error.message));
    worker.once('exit', () => resolve('no end in two minutes'));
  }).finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
}

describe('which strings are expressions', () => {
  test('strings in objects and arrays at any depth are evaluated, as in the example of the specification', async () => {
    const definition = machine({
      GetSampleData: {
        Type: 'Pass',
        Assign: {
          student: {
            name: 'Scotland',
            course: [{ grade: 34 }, { grade: 99 }, { grade: 76 }, { grade: 96 }],
          },
          class: { teacher: 'Bert' },
          two: 'the number 2',
        },
        Next: 'A Task',
      },
      'A Task': {
        Type: 'Task',
        Resource: FUNCTION,
        Arguments: {
          student: '{% $student.name %}',
          classInfo: { teacher: '{% $class.teacher %}' },
          values: [1, '{% $two %}', 'three'],
        },
        Output: "{% { 'avg': $average($student.course.grade), 'num': $count($student.course) }  %}",
        End: true,
      },
    });
    const { result, calls } = await run(definition);
    expect(calls[0]?.arguments).toEqual({
      student: 'Scotland',
      classInfo: { teacher: 'Bert' },
      values: [1, 'the number 2', 'three'],
    });
    expect(result).toMatchObject({ output: { avg: 76.25, num: 4 } });
  });

  test.each(['$customerName', '$states.input', '{{ 1 + 1 }}', '% 1 %', 'text {% 1 + 1 %} text'])(
    'a string that is not surrounded by {%% and %%} stays as it is: %s',
    async (text) => {
      expect(await outputOf(pass({ text }))).toEqual({ text });
    },
  );

  // 'the string must start with {% with no leading spaces, and must end with %} with no trailing spaces.
  // Improperly opening or closing the expression will result in a validation error.'
  test.each([' {% 1 %}', '{% 1 %} ', '{% 1', '1 %}', 'sum: {% 1 %}', '{% 1 %} hours'])(
    'an expression that is not properly opened and closed is refused: "%s"',
    (text) => {
      expect(refusalOf(pass({ nested: [text] }))).toContain('Evaluate');
    },
  );

  test('the names of fields are not evaluated', async () => {
    expect(await outputOf(pass({ '{% 1 + 1 %}': '{% 1 + 1 %}' }))).toEqual({ '{% 1 + 1 %}': 2 });
  });

  test('the result of an expression is not evaluated again', async () => {
    expect(await evaluate('$states.input', '{% 1 + 1 %}')).toBe('{% 1 + 1 %}');
  });
});

describe('the results of expressions', () => {
  test('filters as the example of the developer guide', async () => {
    const products = [
      { calories: 140, flavour: 'Cola', name: 'Product-1' },
      { calories: 0, flavour: 'Cola', name: 'Product-2' },
      { calories: 160, flavour: 'Orange', name: 'Product-3' },
      { calories: 100, flavour: 'Orange', name: 'Product-4' },
      { calories: 0, flavour: 'Lime', name: 'Product-5' },
    ];
    expect(
      await outputOf(pass({ dietProducts: '{% $states.input.products[calories=0] %}' }), {
        input: { products },
      }),
    ).toEqual({ dietProducts: [products[1], products[4]] });
  });

  // JSONata: 'A singleton sequence … is considered equivalent to that value itself'
  test('a selection of one value is that value, without an array around it', async () => {
    expect(await evaluate('$states.input.hours[$ > 7]', { hours: [6, 7, 8] })).toBe(8);
    expect(await evaluate('$states.input.days.name', { days: [{ name: 'Monday' }] })).toBe('Monday');
  });

  test('[] keeps a selection of one value as an array', async () => {
    expect(await evaluate('$states.input.hours[$ > 7][]', { hours: [6, 7, 8] })).toEqual([8]);
    expect(await evaluate('[$states.input.hours[$ > 7]]', { hours: [6, 7, 8] })).toEqual([8]);
  });

  test('data keep the shape that they came with: arrays of one and of none stay arrays', async () => {
    const input = { one: [1], none: [], nested: [[1]], nothing: null, empty: {} };
    expect(await evaluate('$states.input', input)).toEqual(input);
    expect(
      await outputOf(pass({ one: '{% $states.input.one %}', none: '{% $states.input.none %}' }), { input }),
    ).toEqual({
      one: [1],
      none: [],
    });
  });

  test.each([
    ["$states.input.none{'a': 1}", { none: [] }],
    ["$states.input.lists.{'a': 1}", { lists: [[], []] }],
    ["[$states.input.lists#$i.{'a': $i}]", { lists: [[], []] }],
  ])('grouping an empty array leaves it empty: %s', async (expression, input) => {
    const Output = [`{% $exists(${expression}) %}`, '{% $states.input %}'];
    expect(await outputOf(pass(Output), { input })).toEqual([true, input]);
  });

  test('an output is plain JSON, with nothing of the query engine left on it', async () => {
    const output = await evaluate("{'hours': $states.input.hours[$ > 6], 'all': $states.input.hours}", {
      hours: [6, 7, 8],
    });
    expect(Object.getOwnPropertyNames((output as { hours: Json[] }).hours)).toEqual(['0', '1', 'length']);
    expect(JSON.stringify(output)).toBe('{"hours":[7,8],"all":[6,7,8]}');
  });

  // Recorded on AWS.
  test('a number that JSON cannot represent is given by its name', async () => {
    expect(await evaluate("{'a': 1 / 0, 'b': [-1 / 0], 'c': 0 / 0}")).toEqual({
      a: 'Infinity',
      b: ['-Infinity'],
      c: 'NaN',
    });
  });

  test('inside an expression, an object drops the fields, and an array the items, without a value', async () => {
    expect(await evaluate("{'here': 1, 'gone': $states.input.missing}")).toEqual({ here: 1 });
    expect(await evaluate('[1, $states.input.missing, 2]')).toEqual([1, 2]);
  });

  test('functions and local variables are at hand, as in the factorial of the specification', async () => {
    expect(await evaluate('($product := function($x, $y) {$x * $y}; $reduce([1..5], $product))')).toBe(120);
  });
});

describe('expressions that fail', () => {
  test.each([
    ['nothing, since JSON cannot represent undefined', '$states.input.missing'],
    ['a selection of none', '$states.input.hours[$ > 100]'],
    ['a variable without a value', '$unassigned'],
    ['a type error', "'text' + 1"],
    ['a comparison of different types', "1 < 'text'"],
    ['a function', '$sum'],
    ['a lambda', 'function($x) { $x }'],
    ['a function that does not exist', '$nonsense(1)'],
    ['an error of its own', "$error('no')"],
    ['a failed assertion', "$assert(false, 'no')"],
  ])('%s is a query evaluation error', async (_, expression) => {
    expect(await failure(expression, { hours: [6, 7, 8] })).toBe('States.QueryEvaluationError');
  });

  test('an undefined field of Output fails, where JSONata would drop it from its own object', async () => {
    expect(await errorOf(pass({ here: 1, gone: '{% $states.input.missing %}' }))).toBe(
      'States.QueryEvaluationError',
    );
  });

  test('the failure names the expression and the field in its cause', async () => {
    const { result } = await run(pass({ a: { b: '{% $states.input.missing %}' } }));
    expect(result).toMatchObject({
      status: 'FAILED',
      cause: expect.stringContaining('$states.input.missing'),
    });
  });

  // 'exceeds the maximum recursion depth', 'takes longer than 1 second to evaluate': in each case, 'the interpreter
  // will throw the error: States.QueryEvaluationError'
  test.each([
    ['recursion', '($f := function($n) { 1 + $f($n + 1) }; $f(0))'],
    ['looping', '($f := function($n) { $f($n + 1) }; $f(0))'],
  ])('endless %s fails instead of taking the process down', async (_, expression) => {
    expect(await apart(pass(`{% ${expression} %}`))).toBe('States.QueryEvaluationError');
  });
});

const task = (fields: object) =>
  machine({
    Work: { Type: 'Task', Resource: FUNCTION, Next: 'Done', ...fields },
    Done: { Type: 'Succeed' },
  });

describe('$states', () => {
  test('$states.input is the state input in every field', async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Arguments: { at: 'Arguments', input: '{% $states.input %}' },
        Assign: { seen: '{% $states.input %}' },
        Output: { input: '{% $states.input %}' },
        Next: 'Look',
      },
      Look: { Type: 'Pass', Output: { seen: '{% $seen %}', output: '{% $states.input %}' }, End: true },
    });
    const { result, calls } = await run(definition, { input: 'original', task: () => 'result' });
    expect(calls[0]?.arguments).toEqual({ at: 'Arguments', input: 'original' });
    expect(result).toMatchObject({ output: { seen: 'original', output: { input: 'original' } } });
  });

  test("a task that changes its arguments changes nothing of the state's input", async () => {
    const definition = machine({
      Work: {
        Type: 'Task',
        Resource: FUNCTION,
        Arguments: '{% $states.input %}',
        Output: '{% $states.input %}',
        End: true,
      },
    });
    const output = await outputOf(definition, {
      input: { list: ['original'] },
      task: (call) => {
        (call.arguments as { list: Json[] }).list.push('changed');
        return null;
      },
    });
    expect(output).toEqual({ list: ['original'] });
  });

  // 'Attempting to access $states.result or $states.errorOutput in fields and states where they are not
  // accessible will be caught at creation, update, or validation of the state machine.'
  test.each([
    ['$states.result in Arguments', task({ Arguments: '{% $states.result %}' })],
    ['$states.result in TimeoutSeconds', task({ TimeoutSeconds: '{% $states.result.timeout %}' })],
    ['$states.result in a Pass', pass('{% $states.result %}')],
    [
      '$states.result in a Catcher',
      task({ Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.result %}', Next: 'Done' }] }),
    ],
    ['$states.errorOutput in Arguments', task({ Arguments: '{% $states.errorOutput %}' })],
    ["$states.errorOutput in a state's Output", task({ Output: '{% $states.errorOutput %}' })],
    [
      "$states.errorOutput in a state's Assign",
      task({ Assign: { error: '{% $states.errorOutput.Error %}' } }),
    ],
    [
      '$states.errorOutput in a Succeed',
      machine({ Done: { Type: 'Succeed', Output: '{% $states.errorOutput %}' } }),
    ],
  ])('%s is refused at load', (_, definition) => {
    expect(refusalOf(definition)).toMatch(/result|errorOutput/);
  });

  test('$states.result and $states.errorOutput are accepted where they exist', async () => {
    const definition = task({
      Assign: { kept: '{% $states.result %}' },
      Output: '{% $states.result %}',
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { error: '{% $states.errorOutput.Error %}' },
          Output: '{% $states.errorOutput %}',
          Next: 'Done',
        },
      ],
    });
    expect(await outputOf(definition, { task: () => 'fine' })).toBe('fine');
  });
});

describe('restrictions', () => {
  // 'a JSONata expression MUST NOT reference "$" or unqualified field names at the top level …
  // a JSONata expression MUST NOT reference "$$"'
  test.each([
    '$',
    '$.total',
    '$[0]',
    'total',
    '*',
    '**.total',
    '"total".net',
    '1 + total',
    '[$states.input, total]',
    "{'total': total}",
    '$sum(total)',
    '$map([1], function($x) { $x + total })',
    '$$',
    '$$.total',
    '$states.input[$$.total = 1]',
  ])('there is no input document: %s', (expression) => {
    expect(refusal(expression)).toContain('at the top level refers to nothing');
  });

  test('$ and unqualified names refer to the context inside an expression', async () => {
    const input = { order: [{ total: 5 }, { total: 15 }] };
    expect(await evaluate('$states.input.order[$.total > 10]', input)).toEqual({ total: 15 });
    expect(await evaluate('$states.input.order[total > 10]', input)).toEqual({ total: 15 });
    expect(await evaluate('$states.input.order^(>total)[0].$string(total)', input)).toBe('15');
    expect(await evaluate('$states.input.order{$string(total): $count($)}', input)).toEqual({ 5: 1, 15: 1 });
    expect(await evaluate("$states.input ~> |order|{'total': total + 1}|", input)).toEqual({
      order: [{ total: 6 }, { total: 16 }],
    });
    expect(await evaluate('[1..2].{"twice": 2 * $}')).toEqual([{ twice: 2 }, { twice: 4 }]);
  });

  test.each(['$states.inputs', '$states.variables.x', "$states.'reslt'"])(
    '$states has no other fields: %s',
    (expression) => {
      expect(refusal(expression)).toContain('does not exist here');
    },
  );

  // JSONata 2.0.6 would find what JavaScript gives to every object.
  test.each([
    '$states.input.constructor',
    "$lookup($states.input, 'toString')",
    "{'hasOwnProperty': 1}",
    '($valueOf := 1; $valueOf)',
  ])("names of JavaScript's own are refused: %s", (expression) => {
    expect(refusal(expression)).toContain('is not implemented');
    expect(refusalOf(machine({ Set: { Type: 'Pass', Assign: { valueOf: 1 }, End: true } }))).toContain(
      'Assign.valueOf: this name is not implemented',
    );
  });

  // For 0 and negative numbers, JSONata 2.0.6 would not come to an end.
  test.each(["$formatNumber($states.input, '0.0e0')", "$states.input ~> $formatNumber('#0e0')"])(
    'a number with an exponent cannot be formatted: %s',
    (expression) => {
      expect(refusal(expression)).toContain('a picture with an exponent');
    },
  );

  test('other numbers can', async () => {
    expect(await evaluate("$formatNumber(-1234.5, '#,##0.00')")).toBe('-1,234.50');
  });

  // 'Step Functions supports JSONata version 2.0.6.' These operators came with 2.1.
  test.each(["$states.input.missing ?? 'default'", "$states.input.missing ?: 'default'"])(
    'operators of later versions of JSONata are not there: %s',
    (expression) => {
      expect(refusal(expression)).toContain('not a JSONata expression');
    },
  );
});
