import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LuccaAnswer } from '../../../lambdas/lucca/http.ts';
import { openDownload } from '../../../lambdas/report-file/download.ts';
import { type Format } from '../../../lambdas/shared/formats.ts';
import { xlsxOf } from '../support/workbooks.ts';
import { failureOf } from '../support/failure.ts';

const request = 'GET https://acme.ilucca.net/timmi-timesheet/api/reports/7/download-csv';

/** An answer whose headers say what HTTP itself would not let pass. It is chunked unless told. */
function answerOf(
  pieces: (string | Buffer)[],
  headers: Record<string, string> = { 'Transfer-Encoding': 'chunked' },
  status = 200,
): LuccaAnswer & { released: () => boolean } {
  let released = false;
  async function* body() {
    try {
      for (const piece of pieces) yield Buffer.from(piece);
    } finally {
      released = true;
    }
  }
  return {
    request,
    status,
    headers: new Headers(headers),
    body: body(),
    redact: (text) => text,
    released: () => released,
  };
}

/** Opens the download that these answers are given to, one after the other. */
const opened = (answer: LuccaAnswer, format: Format, ...more: LuccaAnswer[]) => {
  const answers = [answer, ...more];
  return openDownload(async () => answers.shift()!, format);
};

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('the length of a download', () => {
  test.each<[string, Record<string, string>]>([
    ['that was announced', { 'Content-Length': '10' }],
    ['that the chunks tell', { 'Transfer-Encoding': 'gzip, Chunked' }],
  ])('%s is accepted', async (_, headers) => {
    const file = await opened(answerOf(['a;b\r\n', '1;2\r\n'], headers), 'csv');
    expect((await drain(file.bytes)).toString()).toBe('a;b\r\n1;2\r\n');
  });

  test.each(['9', '11', '10000000'])(
    'of 10 bytes where %s were announced is an UnexpectedResponseError',
    async (length) => {
      const file = await opened(answerOf(['a;b\r\n', '1;2\r\n'], { 'Content-Length': length }), 'csv');
      const error = await failureOf(drain(file.bytes));
      expect(error.name).toBe('UnexpectedResponseError');
      expect(error.message).toBe(`${request} sent 10 bytes: expected the ${length} announced.`);
    },
  );
});

test.each<[string, string[]]>([
  ['in one piece', ['a;b\r\n1;2\r\n']],
  ['byte by byte', 'a;b\r\n1;2\r\n'.split('')],
  ['with a start longer than what tells its kind', ['a;b\r\n', '1;2\r\n'.repeat(500), '3;4\r\n']],
])('a file that comes %s is measured and handed on untouched', async (_, pieces) => {
  const whole = Buffer.from(pieces.join(''));
  const file = await opened(answerOf(pieces), 'csv');
  expect((await drain(file.bytes)).equals(whole)).toBe(true);
  expect(file.measures()).toEqual({
    bytes: whole.byteLength,
    sha256: createHash('sha256').update(whole).digest('hex'),
    rows: pieces.join('').split('\r\n').length - 2,
  });
});

describe('a file larger than 5 GB', () => {
  const message =
    `${request} sends more than 5 GB: expected a file that isn't larger. ` +
    'Export shorter periods, or with templates that show less.';

  test('is not even begun where it is announced', async () => {
    const answer = answerOf(['a;b\r\n', '1;2\r\n'], { 'Content-Length': '5000000001' });
    const error = await failureOf(opened(answer, 'csv'));
    expect([error.name, error.message]).toEqual(['FileTooLargeError', message]);
    expect(answer.released()).toBe(true);
  });

  test('may be announced by no byte less', async () => {
    const file = await opened(answerOf(['a;b\r\n'], { 'Content-Length': '5000000000' }), 'csv');
    expect(file.type.extension).toBe('csv');
  });

  // As if 10 bytes were the most.
  test.each([
    [10, undefined],
    [9, 'FileTooLargeError'],
  ])('is broken off where it comes without being announced: with %i bytes at most', async (most, name) => {
    const answer = answerOf(['a;b\r\n', '1;2\r\n', ...(name === undefined ? [] : ['never wanted'])]);
    const file = await openDownload(async () => answer, 'csv', most);
    const outcome = await drain(file.bytes).then(
      () => undefined,
      (error: Error) => error.name,
    );
    expect(outcome).toBe(name);
    expect(answer.released()).toBe(true);
  });
});

test('no rows are counted in an Excel file', async () => {
  const file = await opened(answerOf([xlsxOf(100)]), 'excel');
  await drain(file.bytes);
  expect(file.measures()).not.toHaveProperty('rows');
});

test('a file of the wrong kind is not read to its end, and its connection is released', async () => {
  const answer = answerOf(['<html>', 'x'.repeat(2000), 'never wanted']);
  expect((await failureOf(opened(answer, 'csv'))).message).toBe(
    `${request} answered a web page: expected a CSV file.`,
  );
  expect(answer.released()).toBe(true);
});

const redact = (text: string) => text.replaceAll('secret', '[API key]');

test('an API key that the type echoes is not shown', async () => {
  const answer = answerOf(['a;b'], { 'Content-Type': 'text/html; key=secret' });
  expect((await failureOf(opened({ ...answer, redact }, 'csv'))).message).toBe(
    `${request} answered a document of type text/html; key=[API key]: expected a CSV file.`,
  );
});

test('an empty body is called so', async () => {
  expect((await failureOf(opened(answerOf([]), 'csv'))).message).toBe(
    `${request} answered an empty body: expected a CSV file.`,
  );
});

describe('what an answer says of itself rules it out as a file:', () => {
  const table = ['a;b\r\n1;2\r\n'];
  test.each<[string, Record<string, string>, number, RegExp]>([
    ['a part of it', { 'Content-Range': 'bytes 0-9/163425' }, 206, /answered 206, which is no whole file/],
    ['another status', {}, 203, /answered 203/],
    ...['gzip', 'deflate', 'br', 'zstd', 'compress', 'x-gzip'].map(
      (encoding): [string, Record<string, string>, number, RegExp] => [
        `the encoding ${encoding}`,
        { 'Content-Encoding': encoding },
        200,
        new RegExp(`in the encoding ${encoding}`),
      ],
    ),
    ['encodings', { 'Content-Encoding': 'deflate, br' }, 200, /in the encoding deflate, br/],
  ])('%s', async (_, headers, status, message) => {
    const answer = answerOf(table, { 'Content-Length': '10', ...headers }, status);
    const error = await failureOf(opened(answer, 'csv'));
    expect(error.name).toBe('UnexpectedResponseError');
    expect(error.message).toMatch(message);
    expect(answer.released()).toBe(true);
  });

  test.each(['Identity', 'utf-8', ''])('but not that its encoding is none: %s', async (encoding) => {
    const file = await opened(
      answerOf(table, { 'Content-Length': '10', 'Content-Encoding': encoding }),
      'csv',
    );
    expect((await drain(file.bytes)).length).toBe(10);
  });
});

/** HTTP doesn't tell where it ends. */
const unframed = (text: string | Buffer) => answerOf([text], {});

describe('an answer whose end HTTP does not tell', () => {
  const whole = 'a;b\r\n1;2\r\n';

  test('is whole when the file comes twice', async () => {
    const second = unframed(whole);
    const file = await opened(unframed(whole), 'csv', second);
    expect((await drain(file.bytes)).toString()).toBe(whole);
    expect(second.released()).toBe(true);
  });

  test.each<[string, string, string]>([
    ['when it is another one the second time', 'a;b\r\n', 'LuccaUnavailableError'],
    ['when it ends within a line', 'a;b\r\n1;', 'UnexpectedResponseError'],
  ])('is not, %s', async (_, cut, name) => {
    const file = await opened(unframed(cut), 'csv', unframed(whole));
    const error = await failureOf(drain(file.bytes));
    expect(error.name).toBe(name);
    expect(error.message).toContain(request);
  });

  test('is not, when it doesn’t end the second time', async () => {
    let pieces = 0;
    async function* endless() {
      for (; ; pieces++) yield Buffer.from(whole);
    }
    const file = await opened(unframed(whole), 'csv', { ...unframed(''), body: endless() });
    expect((await failureOf(drain(file.bytes))).name).toBe('LuccaUnavailableError');
    expect(pieces).toBeLessThan(3);
  });

  test('is whole when a workbook has its directory, without a second one', async () => {
    const file = await opened(unframed(xlsxOf(2000)), 'excel');
    expect((await drain(file.bytes)).equals(xlsxOf(2000))).toBe(true);
  });

  test('of UTF-16 ends with a line, too', async () => {
    const wide = Buffer.from(`\uFEFF${whole}`, 'utf16le');
    const bigEndian = Buffer.from(wide).swap16();
    for (const bytes of [wide, bigEndian]) {
      const file = await opened(unframed(bytes), 'csv', unframed(bytes));
      expect((await drain(file.bytes)).equals(bytes)).toBe(true);
    }
  });
});

test('zero bytes in the middle of a text are where something was lost', async () => {
  const lines = ['a;b\r\n', '1;2\r\n'.repeat(5000)];
  const file = await opened(answerOf([...lines, Buffer.alloc(64), '3;4\r\n']), 'csv');
  expect((await failureOf(drain(file.bytes))).message).toMatch(
    /text with zero bytes in it: expected a whole file/,
  );
});

test.each(['utf16le', 'utf16be'] as const)(
  'a text that ends within a character of %s is cut',
  async (order) => {
    const wide = Buffer.from('\uFEFFa;b\r\n1;2\r\n3', 'utf16le');
    const text = (order === 'utf16be' ? wide.swap16() : wide).subarray(0, -1);
    const file = await opened(answerOf([text]), 'csv');
    expect((await failureOf(drain(file.bytes))).message).toMatch(/text that ends within a character/);
  },
);

describe('a table whose end is strange is not whole although HTTP says so:', () => {
  const rows = `Nom;Temps;Note\r\n${'Dupont;7,5;x\r\n'.repeat(200)}`;
  test.each<[string, string, RegExp]>([
    ['cut within a line', `${rows}Mart`, /ends within a line/],
    ['with a page at its end', `${rows}<html><h1>Error</h1></html>\r\n`, /a message at its end/],
    ['with an exception at its end', `${rows}Exception of type OutOfMemory\r\n`, /a message at its end/],
    ['with an exception of .NET', `${rows}System.Exception: No space left.\r\n`, /a message at its end/],
    ...[
      'Votre session a expiré.',
      'The service is unavailable.',
      'Error generating report',
      'Timeout expired. The timeout period elapsed.',
      'Unhandled exception.',
      '{"title":"Internal Server Error","status":500}',
      'Dupont;7System.Exception: No space left',
    ].map((text): [string, string, RegExp] => [
      `with a message at its end: ${text}`,
      `${rows}${text}\r\n`,
      /a message at its end/,
    ]),
    [
      'with a sentence at its end',
      `${rows}This is all that could be read so far.\r\n`,
      /a message at its end/,
    ],
    [
      'with a stack trace at its end',
      `${rows}System.Exception: No space left.\r\n   at Lucca.Reports.Write()\r\n   at Lucca.Main()\r\n\r\n`,
      /a message at its end/,
    ],
    ...[
      '<!DOCTYPE html><style>body{color:red;margin:0;padding:0}</style>',
      '{"type":"about:blank;","title":";An error occurred"}',
      '{\r\n  "message": "Something is missing",\r\n  "code": 7\r\n}',
      'Internal Server Error\r\nIncident 4711',
      'System.IO.IOException: Disk full.',
      '<Error><Message>It;is;gone</Message></Error>',
      'java.lang.RuntimeException: a;b;c',
      'Martin;8;"y\r\nSystem.Exception: An error occurred\r\n   at A.B()',
      '[{"message":"Oops"}]',
      'Mart{"message":"Oops","code":7}',
      'Mart</td></tr></table></body></html>',
      'Martin;8;ySystem.IO.IOException: x.\r\n   at A.B(C d)',
      '   at System.Threading.RunInternal(ExecutionContext one; ContextCallback two; Object three)',
      `System.Exception: x.\r\n${'   at Lucca.Main()\r\n'.repeat(90)}`,
    ].map((text): [string, string, RegExp] => [
      `with what a server left at its end: ${text.slice(0, 60)}`,
      `${rows}${text}\r\n`,
      /a message at its end/,
    ]),
    [
      'with a page at its end, and a title above the header',
      'Rapport de novembre\r\nNom;Temps\r\nDupont;7\r\n<html><h1>502</h1></html>\r\n',
      /a message at its end/,
    ],
    [
      'cut, with a comma in its header and in its cells',
      `Nom;Heures, nuit;T;U;V\r\n${'A;1,5;2;3;4\r\n'.repeat(20)}A;1,5`,
      /ends within a line/,
    ],
    [
      'in chunks that became a part of it (capnproto 2390)',
      `19\r\nNom;Temps\r\nDupont;7,5\r\n\r\n0\r\n\r\n`,
      /text in chunks/,
    ],
    ['cut in quotes', `${rows}Martin;8;"not feeling`, /ends within quotes/],
    ['cut in quotes behind a line', `${rows}Martin;8;"not feeling\r\nwe`, /ends within quotes/],
    ['cut 15 KiB behind the start of a row', `${rows}Mart${'i'.repeat(15_000)}`, /ends within a line/],
    ['with a status at its end', `${rows}Internal Server Error\r\n`, /a message at its end/],
    [
      'cut, with line breaks in its header',
      '"Nom\ncomplet";"Temps\ntravaillé"\r\nDupont;7\r\nMart',
      /ends within a line/,
    ],
    [
      'cut, behind a line that names its delimiter',
      'sep=;\r\nNom;Temps\r\nDupont;7\r\nMart',
      /ends within a line/,
    ],
    [
      'cut, with a header of some kilobytes',
      `Nom;${'"Temps\npassé";'.repeat(500)}Note\r\nDupont;7`,
      /ends within a line/,
    ],
    ['cut in its first row', 'Nom;Temps;Note\r\nDupont;7', /ends within a line/],
  ])('%s', async (_, text, problem) => {
    const file = await opened(answerOf([text]), 'csv');
    expect((await failureOf(drain(file.bytes))).message).toMatch(problem);
  });

  test.each<[string, string]>([
    ['without a line break at its end', `${rows}Martin;8;y`],
    ['with fewer columns in a total', `${rows}Total\r\n`],
    ['with a remark below', `${rows}Printed by Lucca. Confidential.\r\n`],
    ['with a short last row that ends in a full stop', `${rows}Total général.\r\n`],
    ['with a short total of exceptional leave', `${rows}Total congés exceptionnels;3\r\n`],
    ['with a short total of errors', `${rows}Total Erreur\r\n`],
    [
      'with a comma in its header and in a group’s name',
      'Nom;Heures de nuit, majorées;Note\r\nDupont, Jean\r\nMartin;7;Erreur de saisie\r\n',
    ],
    ['with first cells that begin like a stack frame', `${rows}en RTT(demi);7;x\r\n`],
    ['with a short total of a project', `${rows}Total Backend;120\r\n`],
    [
      'with rows that lack their last cells',
      'Nom;Temps;Note;Valid\r\nDupont;7;Il est parti avant la fin.\r\n',
    ],
    ['with how many rows there are', `${rows}(200 rows)\r\n`],
    ['with a word of success', `${rows}Accepted\r\n`],
    ['with the byte at its end that DOS writes', `${rows}Martin;8;y\r\n\u001A`],
    ['with commas in a name, and without a line break', 'Nom, prénom, service;Heures\r\nDupont;7'],
    ['with a delimiter more in its header', 'Nom;Heures;\r\nDupont;7'],
    ['with a quote that nobody closes, and a line break', `${rows}Martin;8;"y\r\n`],
    ['with a last row of kilobytes', `${rows}Martin;8;${'y'.repeat(6000)}`],
    ['with a header of several lines and nothing else', '"Nom\ncomplet";"Temps\ntravaillé"'],
    ['of one column, behind a line that names a delimiter', 'sep=;\r\nNom\r\nDupont'],
    ['with a name in the header that has a comma', 'Nom;Heures, total\nDupont;7\nMartin;8'],
    ['with a cell over several lines', `${rows}Martin;8;"one\r\ntwo"`],
  ])('but it is %s', async (_, text) => {
    const file = await opened(answerOf([text]), 'csv');
    expect((await drain(file.bytes)).toString()).toBe(text);
  });
});

test('a text that ends within a character of UTF-8 is cut', async () => {
  const text = Buffer.from('Prénom;Note\r\nZoé;fatigué').subarray(0, -1);
  const file = await opened(answerOf([text]), 'csv');
  expect((await failureOf(drain(file.bytes))).message).toMatch(/text that ends within a character/);
  // The same letter whole, in another encoding, be it the only one.
  for (const text of ['Pr\xe9nom;Note\r\nZo\xe9;fatigu\xe9', 'Name;Status\r\nSmith;Cong\xe9']) {
    const whole = Buffer.from(text, 'latin1');
    expect(await drain((await opened(answerOf([whole]), 'csv')).bytes)).toEqual(whole);
  }
});

test('zero bytes in UTF-16 are where something was lost, too', async () => {
  const lines = Buffer.from(`\uFEFFa;b\r\n${'1;2\r\n'.repeat(5000)}`, 'utf16le');
  const file = await opened(answerOf([lines, Buffer.alloc(64), lines.subarray(2)]), 'csv');
  expect((await failureOf(drain(file.bytes))).message).toMatch(/zero bytes/);
});

test('a header of nothing but delimiters takes no time', async () => {
  const hostile = `${';'.repeat(15_000)}x\r\n${'y\r\n'.repeat(100)}`;
  const before = process.cpuUsage().user;
  await drain((await opened(answerOf([hostile]), 'csv')).bytes);
  // A second is a hundred times as much as it takes; a minute is what it once took.
  expect(process.cpuUsage().user - before).toBeLessThan(20_000_000);
});

test('whoever stops reading a file frees its connection', async () => {
  for (const taken of [0, 1, 2]) {
    const answer = answerOf(['a;b\r\n', '1;2\r\n'.repeat(5000), '3;4\r\n']);
    const pieces = (await opened(answer, 'csv')).bytes[Symbol.asyncIterator]();
    await pieces.next();
    for (let more = 0; more < taken; more++) await pieces.next();
    await pieces.return?.();
    expect(answer.released()).toBe(true);
  }
});
