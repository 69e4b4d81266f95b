import { describe, expect, test } from 'vitest';
import type { Fault, OtherFile } from '../../local/lucca-simulator/faults.ts';
import { createWorld } from '../support/workflow.ts';

const always = { times: 10_000 };
const folder = 'acme/template=42/2026-10-01_2026-10-31';

async function exported(fault: Fault, format: 'csv' | 'excel') {
  const world = await createWorld();
  world.lucca.addFault(fault);
  const formats = [format];
  const input = { templateId: 42, startsOn: '2026-10-01', endsOn: '2026-10-31', formats };
  return { ...world, result: await world.run(input) };
}

const other = (as: OtherFile) => ({ kind: 'otherFile', on: 'downloadCsv', as }) as const;

// From public reports of what other exporters have kept as files.
const notWhole: [string, Fault, RegExp][] = [
  ['a part that nobody asked for', { kind: 'partial', on: 'downloadCsv' }, /answered 206/],
  [
    'a compressed answer that is cut',
    { kind: 'compressed', on: 'downloadCsv', cut: true },
    /the encoding gzip/,
  ],
  ['a gzip file', other('gzip'), /a gzip file/],
  ['a zip archive', other('zip'), /a zip archive/],
  ['Base64', other('base64'), /Base64/],
  ['a text in JSON', other('jsonText'), /a JSON document/],
  ['a sentence', other('sentence'), /a message, not a table/],
  ['zeros in the stead of its second half', other('zeros'), /zero bytes|binary data/],
  ['a line that is cut', other('cutLine'), /ends within a line/],
  ['a page at its end', other('pageAtEnd'), /a message at its end/],
  ['half of it, without a length', { kind: 'unframed', on: 'downloadCsv', cut: 'closed' }, /within a line/],
  [
    'half of it, and a reset',
    { kind: 'unframed', on: 'downloadCsv', cut: 'reset' },
    /within a line|broke off/,
  ],
];

describe('what is no whole CSV', () => {
  test.each(notWhole)('is never stored: %s', async (_, fault, found) => {
    const failed = await exported({ ...fault, ...always }, 'csv');
    expect(failed.result).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^(UnexpectedResponse|LuccaUnavailable)Error$/) as string,
      cause: expect.stringMatching(found) as string,
    });
    expect(failed.files()).toEqual({});
  });

  test.each(notWhole)('is asked for again: %s', async (_, fault) => {
    const { result, files, lucca } = await exported({ ...fault, times: 2 }, 'csv');
    expect(result.status).toBe('SUCCEEDED');
    expect(files()[`${folder}/report.csv`]).toEqual(lucca.expectedFile(1001, 'csv'));
  });
});

describe('what is no whole workbook is never stored:', () => {
  test.each<[string, Fault, RegExp]>([
    ['an archive with a CSV file', { kind: 'otherFile', on: 'downloadExcel', as: 'zip' }, /no workbook/],
    ['half of it, without a length', { kind: 'unframed', on: 'downloadExcel', cut: 'closed' }, /is cut/],
    ['half of it, and a reset', { kind: 'unframed', on: 'downloadExcel', cut: 'reset' }, /is cut|broke off/],
  ])('%s', async (_, fault, found) => {
    const { result, files } = await exported({ ...fault, ...always }, 'excel');
    expect(result).toMatchObject({ status: 'FAILED', cause: expect.stringMatching(found) as string });
    expect(files()).toEqual({});
  });
});

test.each(['csv', 'excel'] as const)(
  'a whole %s without a length, as HTTP/1.0 sends it, is stored',
  async (format) => {
    const on = format === 'csv' ? 'downloadCsv' : 'downloadExcel';
    const { result, files, lucca } = await exported({ kind: 'unframed', on, ...always }, format);
    expect(result.status).toBe('SUCCEEDED');
    const file = Object.entries(files()).find(([key]) => key.startsWith(`${folder}/report.`))![1];
    expect(file).toEqual(lucca.expectedFile(1001, format));
    // A workbook proves by itself that it is whole; a CSV has to come twice.
    expect(lucca.requests.filter(({ operation }) => operation === on)).toHaveLength(format === 'csv' ? 2 : 1);
  },
);

test('JSON with a byte order mark is read', async () => {
  const { result } = await exported({ kind: 'byteOrderMark', on: 'any', ...always }, 'csv');
  expect(result.status).toBe('SUCCEEDED');
});
