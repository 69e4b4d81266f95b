import { describe, expect, test } from 'vitest';
import { errorOf, machine, run } from './support.ts';

// The executions start at 2026-03-02T06:00:00Z.
const wait = (fields: object) => machine({ Wait: { Type: 'Wait', End: true, ...fields } });

describe('Seconds', () => {
  test.each([0, 1, 10, 86_400, 99_999_999])('waits so long: %d', async (Seconds) => {
    const { result, seconds } = await run(wait({ Seconds }), { input: 'input' });
    expect(seconds).toBe(Seconds);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'input' });
  });

  test('from an expression', async () => {
    const { seconds } = await run(wait({ Seconds: '{% $states.input.minutes * 60 %}' }), {
      input: { minutes: 15 },
    });
    expect(seconds).toBe(900);
  });

  // 'you can alternatively specify a JSONata expression which must evaluate to an integer in the stated range',
  // 'an integer value from 0 to 99999999'
  test.each([['10'], [-1], [1.5], [null], [[10]], [100_000_000]])(
    'an expression that gives no integer in the range is a query evaluation error: %j',
    async (value) => {
      expect(await errorOf(wait({ Seconds: '{% $states.input.value %}' }), { input: { value } })).toBe(
        'States.QueryEvaluationError',
      );
    },
  );
});

describe('Timestamp', () => {
  test.each([
    ['2026-03-02T06:30:00Z', 1800],
    ['2026-03-02T08:30:00+02:00', 1800],
    ['2026-03-01T20:00:00-10:30', 1800],
    ['2026-03-09T06:00:00Z', 7 * 86_400],
    ['2026-03-02T06:00:00Z', 0],
    ['2024-03-14T01:59:00Z', 0],
  ])('waits until that time, or not at all when it is past: %s', async (Timestamp, expected) => {
    const { result, seconds } = await run(wait({ Timestamp }));
    expect(result.status).toBe('SUCCEEDED');
    expect(seconds).toBe(expected);
  });

  // 'if you specify the wait time as a timestamp, Step Functions considers the time value up to seconds and
  // truncates milliseconds.'
  test('its milliseconds do not count', async () => {
    const { seconds } = await run(wait({ Timestamp: '2026-03-02T06:00:10.900Z' }));
    expect(seconds).toBe(10);
  });

  test('from an expression', async () => {
    const { seconds } = await run(wait({ Timestamp: '{% $states.input.expirydate %}' }), {
      input: { expirydate: '2026-03-02T07:00:00Z' },
    });
    expect(seconds).toBe(3600);
  });

  test('from the clock', async () => {
    const { seconds } = await run(wait({ Timestamp: '{% $fromMillis($millis() + 60000) %}' }));
    expect(seconds).toBe(60);
  });

  // 'an uppercase T must separate the date and time portions, and an uppercase Z must denote that a numeric time
  // zone offset is not present'
  test.each([
    ['2026-03-02'],
    ['2026-03-02 07:00:00Z'],
    ['2026-03-02t07:00:00z'],
    ['2026-03-02T07:00:00'],
    ['2026-02-30T07:00:00Z'],
    ['2026-03-02T25:00:00Z'],
    ['tomorrow'],
    [1_800_000_000],
    [null],
  ])('an expression that gives no such timestamp is a query evaluation error: %j', async (value) => {
    expect(await errorOf(wait({ Timestamp: '{% $states.input.value %}' }), { input: { value } })).toBe(
      'States.QueryEvaluationError',
    );
  });
});

test('Assign and Output are evaluated, and the wait is an event', async () => {
  const definition = machine({
    Wait: { Type: 'Wait', Seconds: 10, Assign: { x: 1 }, Output: '{% $states.input & "!" %}', Next: 'End' },
    End: { Type: 'Pass', Output: ['{% $states.input %}', '{% $x %}'], End: true },
  });
  const { result, events } = await run(definition, { input: 'ready' });
  expect(result).toMatchObject({ output: ['ready!', 1] });
  expect(events).toContainEqual(expect.objectContaining({ type: 'waitStarted', state: 'Wait', seconds: 10 }));
});
