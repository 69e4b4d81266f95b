import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateRequest } from '../../../lambdas/request/validate.ts';
import { InvalidRequestError } from '../../../lambdas/shared/errors.ts';
import guideTemplate from '../../../local/lucca-simulator/guide-template.json' with { type: 'json' };

/** The lines of the error's message, without its heading; none when the input is fine. */
function problemsOf(input: unknown): string[] {
  try {
    validateRequest(input);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^- /, ''));
  }
}

/** An object within an object, so many levels deep. */
const nested = (levels: number) =>
  JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as Record<string, unknown>;

test('a refusal begins by saying that nothing was exported', () => {
  expect(() => validateRequest({})).toThrow(/^The input is wrong, so nothing was exported:\n- templateId: /);
});

describe('an input is accepted', () => {
  test.each<[string, Record<string, unknown>]>([
    ['with nothing but a template id', { templateId: 42 }],
    ["with the template of Lucca's guide", { template: guideTemplate }],
    ['with the fingerprint of a template', { template: '0123456789abcdef'.repeat(4) }],
    ['with an empty template, which is for Lucca to judge', { template: {} }],
    ['with a template of many levels', { template: nested(100) }],
    ['with any field in its template', { template: JSON.parse('{"__proto__":{"a":1}}') as object }],
    ['with both dates', { templateId: 42, startsOn: '2026-10-01', endsOn: '2026-10-31' }],
    ['with a single day', { templateId: 42, startsOn: '2026-10-31', endsOn: '2026-10-31' }],
    ['with a leap day', { templateId: 42, startsOn: '2028-02-29', endsOn: '2028-02-29' }],
    ['with a period', { templateId: 42, period: 'previousMonth' }],
    ['with a period further back', { templateId: 42, period: 'currentQuarter', offset: 3 }],
    ['with so many days', { templateId: 42, lastDays: 14, offset: 0 }],
    ['with both formats', { templateId: 42, formats: ['csv', 'excel'] }],
    ['with the formats the other way round', { templateId: 42, formats: ['excel', 'csv'] }],
    ['with a scheduled time in UTC', { templateId: 42, scheduledTime: '2026-11-02T05:00:00Z' }],
    ['with a scheduled time and its offset', { templateId: 42, scheduledTime: '2026-11-02T06:00:00+01:00' }],
    ['with a scheduled time and its fraction', { templateId: 42, scheduledTime: '2026-11-02T05:00:00.123Z' }],
    [
      'with the execution that started this one',
      {
        templateId: 42,
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID:
          'arn:aws:states:eu-west-3:123456789012:execution:parent:1',
      },
    ],
  ])('%s', (_, input) => {
    expect(validateRequest(input)).toEqual(input);
  });
});

describe('an input is refused', () => {
  test.each<[string, unknown, RegExp[]]>([
    [
      'with an unknown field',
      { templateId: 1, templateID: 2 },
      [/^templateID: unknown field, did you mean "templateId"\?$/],
    ],
    [
      'with two unknown fields',
      { templateId: 1, tenant: 'x', domain: 'https://evil.example' },
      [/^tenant: unknown field$/, /^domain: unknown field$/],
    ],
    ['with both templateId and template', { templateId: 1, template: {} }, [/^templateId: .*found both$/]],
    ['with neither', {}, [/^templateId: .*found neither$/]],
    ['with a string for an id', { templateId: '42' }, [/^templateId: .*number.*, found "42"$/]],
    ['with the id 0', { templateId: 0 }, [/^templateId: .*, found 0$/]],
    ['with a negative id', { templateId: -3 }, [/^templateId: .*, found -3$/]],
    ['with a fractional id', { templateId: 1.5 }, [/^templateId: .*whole number, found 1\.5$/]],
    ['with null for an id', { templateId: null }, [/^templateId: .*, found null$/]],
    ['with an id that no number holds exactly', { templateId: 2 ** 53 }, [/^templateId: /]],
    ['with a list for a template', { template: [guideTemplate] }, [/^template: .*, found \[/]],
    [
      'with what is no fingerprint',
      { template: '0123456789ABCDEF'.repeat(4) },
      [/^template: expected an object/],
    ],
    [
      'with texts that may name people',
      { template: { owners: ['Jean Dupont'], id: 2 ** 53 } },
      [/^template: .*found \{"owners":\["…"\],"id":9007199254740992\}$/],
    ],
    ['with text for a template', { template: '{"id":0}' }, [/^template: .*, found text of 8 characters$/]],
    [
      'with a day that does not exist',
      { templateId: 1, startsOn: '2026-02-30', endsOn: '2026-03-01' },
      [/^startsOn: .*exists.*, found "2026-02-30"$/],
    ],
    [
      'with a leap day in a year without one',
      { templateId: 1, startsOn: '2026-02-01', endsOn: '2026-02-29' },
      [/^endsOn: .*, found "2026-02-29"$/],
    ],
    [
      'with French dates',
      { templateId: 1, startsOn: '01/10/2026', endsOn: '31/10/2026' },
      [/^startsOn: .*, found "01\/10\/2026"$/, /^endsOn: .*, found "31\/10\/2026"$/],
    ],
    [
      'with an instant for a date',
      { templateId: 1, startsOn: '2026-10-01T00:00:00Z', endsOn: '2026-10-31' },
      [/^startsOn: /],
    ],
    [
      'with an end before its start',
      { templateId: 1, startsOn: '2026-10-31', endsOn: '2026-10-01' },
      [/^endsOn: .*2026-10-31, found "2026-10-01"$/],
    ],
    ['with a start only', { templateId: 1, startsOn: '2026-10-01' }, [/^endsOn: .*missing$/]],
    ['with an end only', { templateId: 1, endsOn: '2026-10-31' }, [/^startsOn: .*missing$/]],
    [
      'with a period and dates',
      { templateId: 1, period: 'yesterday', startsOn: '2026-10-01', endsOn: '2026-10-31' },
      [/^period: .*found both$/],
    ],
    [
      'with days and a period or dates',
      { templateId: 1, lastDays: 7, period: 'yesterday', startsOn: '2026-10-01', endsOn: '2026-10-31' },
      [/^period: .*found both$/, /^lastDays: .*or dates, found both$/, /^lastDays: .*"period".*found both$/],
    ],
    ['with no days', { templateId: 1, lastDays: 0 }, [/^lastDays: .*at least 1, found 0$/]],
    ['with too many days', { templateId: 1, lastDays: 9999 }, [/^lastDays: .*at most 3660, found 9999$/]],
    ['with an offset of nothing', { templateId: 1, offset: 1 }, [/^offset: .*found neither$/]],
    [
      'with an offset into the future',
      { templateId: 1, period: 'currentMonth', offset: -1 },
      [/^offset: .*at least 0, found -1$/],
    ],
    [
      'with an unknown period, the known ones being listed',
      { templateId: 1, period: 'lastMonth' },
      [/^period: .*"previousMonth".*, found "lastMonth"$/],
    ],
    [
      'with an unknown format, the known ones being listed',
      { templateId: 1, formats: ['csv', 'pdf'] },
      [/^formats\[1\]: .*"csv", "excel", found "pdf"$/],
    ],
    ['with text for formats', { templateId: 1, formats: 'csv' }, [/^formats: .*, found "csv"$/]],
    ['without any format', { templateId: 1, formats: [] }, [/^formats: .*, found \[\]$/]],
    [
      'with a format twice',
      { templateId: 1, formats: ['csv', 'excel', 'csv'] },
      [/^formats\[2\]: .*once.*"csv"/],
    ],
    [
      'with a scheduled time without an offset',
      { templateId: 1, scheduledTime: '2026-11-02T06:00:00' },
      [/^scheduledTime: .*offset.*, found "2026-11-02T06:00:00"$/],
    ],
    [
      'with the placeholder of a schedule left in place',
      { templateId: 1, scheduledTime: '<aws.scheduler.scheduled-time>' },
      [/^scheduledTime: .*, found "<aws/],
    ],
    [
      'with unknown fields whose names are no words',
      { templateId: 1, '': 2, 'a\n- b: c': 3, 'a.b': 4, [`k${'y'.repeat(10_000)}`]: 5 },
      [
        /^\[""\]: unknown field$/,
        /^\["a\\n- b: c"\]: unknown field$/,
        /^\["a\.b"\]: unknown field$/,
        /^\["ky{1,60}…\]: unknown field$/,
      ],
    ],
    [
      'with a template whose ids were rounded',
      { template: { ownerId: 2 ** 53 } },
      [/^template: .*up to 9007199254740991, found \{"ownerId":9007199254740992\}$/],
    ],
    ['with a template that nests too deep', { template: nested(101) }, [/^template: .*100 levels.*found \{/]],
    [
      'with a template that nests endlessly',
      { template: nested(100_000) },
      [/^template: .*100 levels.*found \{"a":\{"a":.*…$/],
    ],
    [
      'with an id that nests endlessly',
      { templateId: nested(100_000) },
      [/^templateId: .*, found \{"a":\{"a":.*…$/],
    ],
    [
      'with a template that is too large',
      { template: { name: 'é'.repeat(50_000) } },
      [/^template: expected at most 100000 bytes of JSON, found 100011$/],
    ],
    ['with a number that is too large for JSON', { template: { size: Infinity } }, [/^template: /]],
    ['that is null', null, [/^input: .*object, found null$/]],
    ['that is a list', [{ templateId: 1 }], [/^input: .*object, found \[/]],
    ['that is text', '{"templateId":1}', [/^input: expected an object, found text of 16 characters$/]],
    ['that is a number', 42, [/^input: .*object, found 42$/]],
    [
      'with several problems, all of them named',
      { templateID: 1, startsOn: '2026-02-30', period: 'lastMonth', formats: ['pdf', 'pdf'], template: 1 },
      [
        /^template: /,
        /^startsOn: /,
        /^period: .*one of/,
        /^formats\[0\]: /,
        /^formats\[1\]: .*one of/,
        /^templateID: unknown field, did you mean "templateId"\?$/,
        /^endsOn: .*missing$/,
        /^period: .*found both$/,
        /^formats\[1\]: .*once/,
      ],
    ],
  ])('%s', (_, input, problems) => {
    expect(problemsOf(input)).toEqual(problems.map((problem) => expect.stringMatching(problem) as string));
  });

  test('with more problems than a call has room for arguments', () => {
    const problems = problemsOf({ templateId: 1, formats: Array.from({ length: 130_000 }, () => 1) });
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('and 259899 more');
  });

  test('with values that are too long to be quoted whole', () => {
    const [problem] = problemsOf({ templateId: 1, period: 'x'.repeat(10_000) });
    expect(problem!.length).toBeLessThan(400);
    expect(problem).toMatch(/…$/);
  });
});

test('a problem is told in words that need no knowledge of the code', () => {
  const problems = [
    ...problemsOf({ templateId: true, startsOn: 1, endsOn: [], period: {}, formats: {}, scheduledTime: 0 }),
    ...problemsOf({ template: 'x' }),
    ...problemsOf({ templateId: 2 ** 60 }),
  ];
  expect(problems.length).toBeGreaterThanOrEqual(8);
  for (const problem of problems) expect(problem).not.toMatch(/record|invalid_|too_big|undefined|NaN|zod/i);
});

test('a template passes through untouched, deep fields and accents included', () => {
  const { template } = validateRequest({ template: guideTemplate });
  expect(JSON.stringify(template)).toBe(JSON.stringify(guideTemplate));
});

test('whatever the input is, it is accepted or refused with InvalidRequestError', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (input) => {
      expect(problemsOf(input)).toBeInstanceOf(Array);
    }),
    { numRuns: 500 },
  );
});

test('whatever the fields hold, each problem is told on a line of its own', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('2026-10-01', '2026-02-30', 'csv', 'yesterday', 42));
  const names = [
    'templateId',
    'template',
    'startsOn',
    'endsOn',
    'period',
    'formats',
    'scheduledTime',
    'other',
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (input) => {
      for (const problem of problemsOf(input))
        expect(problem).toMatch(/^\w+(\[\d+\])?: (expected .|unknown field$)/);
    }),
    { numRuns: 500 },
  );
});

test('an instant has no more digits than anybody needs', () => {
  const scheduledTime = `2026-11-02T05:00:00.${'0'.repeat(100)}Z`;
  expect(() => validateRequest({ templateId: 42, scheduledTime })).toThrow(/scheduledTime: expected/);
});
