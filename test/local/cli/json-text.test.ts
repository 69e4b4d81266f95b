import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, type TestContext } from 'vitest';
import { readJsonFile } from '../../../local/cli/json-text.ts';
import { temporaryDirectory } from './process.ts';

async function read(context: Pick<TestContext, 'onTestFinished'>, bytes: Uint8Array | string) {
  const file = join(await temporaryDirectory(context), 'template.json');
  writeFileSync(file, bytes);
  return readJsonFile(file);
}

const template = '{\n  "id": 0,\n  "name": "Rapport été"\n}\n';

test.for<[string, string, unknown]>([
  ['UTF-8', template, { id: 0, name: 'Rapport été' }],
  ['UTF-8 with a byte order mark', `\uFEFF${template}`, { id: 0, name: 'Rapport été' }],
  ['U+FFFD, which is a character as any other', '["\uFFFD"]', ['\uFFFD']],
])('reads %s', async ([, text, value], context) => {
  expect(await read(context, text)).toEqual(value);
});

describe('what is not UTF-8 is refused with its place:', () => {
  test.for<[string, Uint8Array, string]>([
    ['Windows-1252', Buffer.from(template, 'latin1'), 'byte 0xE9 at line 3, column 20'],
    [
      'a line of it in a file with a byte order mark',
      Buffer.from('\u00EF\u00BB\u00BF"\u00E9"', 'latin1'),
      'byte 0xE9 at line 1, column 2',
    ],
    [
      'after U+FFFD',
      Buffer.concat([Buffer.from('["\uFFFD'), Buffer.from([0x80])]),
      'byte 0x80 at line 1, column 4',
    ],
    ['a character that is cut', Buffer.from('"é').subarray(0, -1), 'byte 0xC3 at line 1, column 2'],
    ['UTF-16', Buffer.from(`\uFEFF${template}`, 'utf16le'), 'byte 0xFF at line 1, column 1'],
    [
      'UTF-16, its other order',
      Buffer.from(`\uFEFF${template}`, 'utf16le').swap16(),
      'byte 0xFE at line 1, column 1',
    ],
    ['UTF-16 without a byte order mark', Buffer.from('{}', 'utf16le'), 'byte 0x00 at line 1, column 2'],
  ])('%s', async ([, bytes, where], context) => {
    await expect(read(context, bytes)).rejects.toThrow(`The file is not UTF-8: ${where}; save it as UTF-8.`);
  });
});

describe('what is not JSON is refused with its place:', () => {
  test.for<[string, string, string]>([
    ['a comma too many', '{\n  "id": 0,\n}', 'Expected double-quoted property name at line 3, column 1'],
    ['a name without quotes', '{\n  "id": x\n}', 'Unexpected x at line 2, column 9'],
    ['typographic quotes', '{\n  "name": “Rapport”\n}', 'Unexpected “ at line 2, column 11'],
    ['the same after a byte order mark', '\uFEFF[“a”]', 'Unexpected “ at line 1, column 2'],
    ['a word that JSON lacks', 'undefined', 'Unexpected u at line 1, column 1'],
    ['an end too early', '{\n  "id": [0,', 'Unexpected end at line 2, column 12'],
    ['nothing at all', '', 'Unexpected end at line 1, column 1'],
    ['more after it', '{}\n{}', 'Unexpected non-whitespace character after JSON at line 2, column 1'],
  ])('%s', async ([, text, problem], context) => {
    await expect(read(context, text)).rejects.toThrow(`This is not JSON: ${problem}.`);
  });
});
