import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Timeouts } from '../../lambdas/lucca/timeouts.ts';
import type { Format } from '../../lambdas/shared/formats.ts';
import { storeFile } from '../../lambdas/store-file.ts';
import type { S3Operation } from '../../local/aws/s3/s3.ts';
import {
  type Answer,
  chunked,
  file,
  json,
  type LuccaServer,
  problem,
  raw,
  startLuccaServer,
  unfinished,
} from '../support/lucca-server.ts';
import { bucketName, startBucket, type TestBucket } from './support/aws.ts';
import { everythingIn, failureOf } from './support/failure.ts';
import { callTo, clientOf, shortTimeouts } from './support/lucca.ts';
import { inPieces, xls, xlsxOf } from './support/workbooks.ts';

let lucca: LuccaServer;
let bucket: TestBucket;
beforeEach(async () => {
  lucca = await startLuccaServer();
  bucket = await startBucket();
});
afterEach(async () => {
  await lucca[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
});

const periodFolder = '2026-10-01_2026-10-31';
const folder = `acme/template=42/${periodFolder}`;
const october = 'arn:aws:states:eu-west-3:123456789012:execution:acme:october';
const xlsx = xlsxOf(5000);
const csv = '\uFEFFNom;Temps\r\n"Dupont\r\nZoé";7,5\r\nMartin;8\r\n';
const mebibyte = 1024 * 1024;

function store(answer: Answer, format: Format = 'csv', timeouts?: Timeouts, execution = october) {
  lucca.answerNext(answer);
  return storeNext(format, timeouts, execution);
}

/** Stores a file that Lucca was told already how to answer for. */
function storeNext(format: Format = 'csv', timeouts?: Timeouts, execution = october) {
  const input = { ...callTo(lucca.url), reportId: 1017, templateId: 42, format, periodFolder, execution };
  const client = clientOf(lucca, timeouts === undefined ? {} : { timeouts });
  return storeFile(input, client, bucket.client, bucketName);
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function expectNothingStored() {
  expect(await bucket.keys()).toEqual([]);
  expect(await bucket.s3.multipartUploads()).toEqual([]);
}

describe('a file is stored as it came', () => {
  test.each<[string, Format, string | Buffer, string, string, number | undefined]>([
    ['CSV', 'csv', csv, 'report.csv', 'text/csv', 2],
    ['CSV with nothing but a header', 'csv', 'Nom;Temps\r\n', 'report.csv', 'text/csv', 0],
    ['CSV in UTF-16', 'csv', Buffer.from(csv, 'utf16le'), 'report.csv', 'text/csv', 2],
    [
      'CSV whose quote is never closed',
      'csv',
      'Nom;Temps\r\n"Dupont;7\r\n',
      'report.csv',
      'text/csv',
      undefined,
    ],
    [
      'Excel in the new format',
      'excel',
      xlsx,
      'report.xlsx',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      undefined,
    ],
    ['Excel in the old format', 'excel', xls, 'report.xls', 'application/vnd.ms-excel', undefined],
  ])('%s', async (_, format, bytes, name, contentType, rows) => {
    const stored = await store(file(bytes), format);
    const key = `${folder}/${name}`;
    const [object] = await bucket.s3.objects();
    expect(stored).toStrictEqual({
      format,
      bucket: bucketName,
      key,
      uri: `s3://${bucketName}/${key}`,
      versionId: object!.versionId,
      bytes: Buffer.byteLength(bytes),
      sha256: sha256(bytes),
      ...(rows === undefined ? {} : { rows }),
    });
    expect(await bucket.keys()).toEqual([key]);
    expect(object).toMatchObject({
      contentType,
      metadata: { 'report-id': '1017', 'template-id': '42', execution: october },
    });
    expect((await bucket.read(key)).equals(Buffer.from(bytes as string))).toBe(true);
  });

  test('without a length announced', async () => {
    const stored = await store(chunked([Buffer.from('Nom;Temps\r\n'), Buffer.from('Dupont;7\r\n')]));
    expect(stored).toMatchObject({ bytes: 21, rows: 1 });
  });

  test('whatever type Lucca claims it has', async () => {
    const stored = await store(file(xlsx, { 'Content-Type': 'application/vnd.ms-excel' }), 'excel');
    expect(stored.key).toBe(`${folder}/report.xlsx`);
  });

  test('with the name of its execution, accents escaped', async () => {
    await store(file(csv), 'csv', undefined, 'arn:aws:states:eu-west-3:123456789012:execution:acme:été');
    const [object] = await bucket.s3.objects();
    expect(object!.metadata['execution']).toBe(
      'arn:aws:states:eu-west-3:123456789012:execution:acme:%C3%A9t%C3%A9',
    );
  });

  test('with the name of its execution, be it cut within a character', async () => {
    await store(file(csv), 'csv', undefined, `${october}-\uD83D`);
    const [object] = await bucket.s3.objects();
    expect(object!.metadata['execution']).toBe(`${october}-%EF%BF%BD`);
  });

  test('again, as a new version of the same key', async () => {
    const first = await store(file('Nom;Temps\r\nDupont;7\r\n'));
    const second = await store(file('Nom;Temps\r\nDupont;8\r\nMartin;8\r\n'));
    expect(second.key).toBe(first.key);
    expect(second.versionId).not.toBe(first.versionId);
    const newest = await bucket.client.send(new HeadObjectCommand({ Bucket: bucketName, Key: first.key }));
    expect(newest.VersionId).toBe(second.versionId);
    expect(second.rows).toBe(2);
  });
});

/** 64 KiB of a CSV: 64 rows. */
const rowsPiece = Buffer.from(`Dupont;Zoé;${'7,5'.repeat(337)}\n`.repeat(64));

/** An Excel file, whose rows nobody counts. */
const workbook = (mebibytes: number) => inPieces(xlsxOf(mebibytes * mebibyte));

describe('a large file', () => {
  test('is in S3 in part before Lucca has sent all of it', async () => {
    const pieces = Math.ceil((24 * mebibyte) / rowsPiece.byteLength);
    let partsMidway: number[] = [];
    async function* pausing() {
      for (let piece = 0; piece < pieces; piece++) {
        yield rowsPiece;
        if (piece !== Math.floor(pieces / 2)) continue;
        while (partsMidway.length === 0) {
          await delay(10);
          partsMidway = (await bucket.s3.multipartUploads()).flatMap(({ partNumbers }) => partNumbers);
        }
      }
    }
    const stored = await store(chunked(pausing()));
    expect(partsMidway).toContain(1);
    expect(stored).toMatchObject({ bytes: pieces * rowsPiece.byteLength, rows: pieces * 64 - 1 });
    expect(stored.sha256).toBe(sha256(await bucket.read(stored.key)));
    expect(await bucket.s3.multipartUploads()).toEqual([]);
    const [object] = await bucket.s3.objects();
    expect(object).toMatchObject({ contentType: 'text/csv', metadata: { 'report-id': '1017' } });
    expect(object!.versionId).toBe(stored.versionId);
  });

  test('waits at Lucca while S3 is slow, instead of in memory', async () => {
    const sent = { bytes: 0 };
    function* counted() {
      for (const piece of workbook(40)) {
        sent.bytes += piece.byteLength;
        yield piece;
      }
    }
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    bucket.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'UploadPartCommand') {
          asked.resolve();
          await released.promise;
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    const storing = store(chunked(counted()), 'excel');
    await asked.promise;
    let sentWhileSlow = 0;
    while (sent.bytes > sentWhileSlow) {
      sentWhileSlow = sent.bytes;
      await delay(200);
    }
    released.resolve();
    expect((await storing).bytes).toBe(sent.bytes);
    // Two parts of 8 MiB, and what the connection itself holds.
    expect(sentWhileSlow).toBeLessThan(30 * mebibyte);
  });

  test('that S3 takes long to store does not count as stalled', async () => {
    const timeouts = { response: 60_000, file: 60_000, stall: 1_500 };
    bucket.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'UploadPartCommand') await delay(timeouts.stall + 500);
        return next(args);
      },
      { step: 'initialize' },
    );
    const stored = await store(chunked(workbook(9)), 'excel', timeouts);
    expect(stored.bytes).toBeGreaterThan(9 * mebibyte);
  });
});

describe('something else than the file is an UnexpectedResponseError, and not stored', () => {
  test.each<[string, Format, Answer, RegExp]>([
    [
      'a login page',
      'csv',
      raw(200, '<!DOCTYPE html><title>Dupont</title>', { 'Content-Type': 'text/html' }),
      /a document of type text\/html: expected a CSV/,
    ],
    [
      'a login page for Excel',
      'excel',
      raw(200, '<html>Dupont</html>'),
      /a web page: expected an Excel file/,
    ],
    [
      'a JSON document',
      'csv',
      json(200, { title: 'Dupont is not ready' }),
      /a document of type application\/json: expected a CSV/,
    ],
    [
      'a JSON document for Excel',
      'excel',
      json(200, { title: 'Dupont' }),
      /a document of type application\/json: expected an Excel file/,
    ],
    [
      'a JSON document that claims to be a file',
      'csv',
      file('{"title":"Dupont"}'),
      /a JSON document: expected a CSV/,
    ],
    [
      'a CSV file that claims to be a web page',
      'csv',
      file(csv, { 'Content-Type': 'text/html' }),
      /text\/html/,
    ],
    ['nothing', 'csv', file(''), /an empty body: expected a CSV/],
    ['nothing for Excel', 'excel', file(''), /an empty body: expected an Excel file/],
    ['nothing, on purpose', 'csv', raw(204, ''), /answered 204/],
    ['white space', 'csv', file('\r\n \r\n'), /white space/],
    ['Excel where CSV is expected', 'csv', file(xlsx), /zip archive or \.xlsx file: expected a CSV/],
    ['old Excel where CSV is expected', 'csv', file(xls), /\.xls file: expected a CSV/],
    [
      'CSV where Excel is expected',
      'excel',
      file('Nom;Temps\r\nDupont;7\r\n'),
      /plain text: expected an Excel file/,
    ],
    ['a redirection', 'csv', raw(302, '', { Location: '/login' }), /login page/],
  ])('%s', async (_, format, answer, message) => {
    const error = await failureOf(store(answer, format));
    expect(error.name).toBe('UnexpectedResponseError');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`GET ${lucca.url}/timmi-timesheet/api/reports/1017/download-${format}`);
    expect(everythingIn(error)).not.toContain('Dupont');
    await expectNothingStored();
  });
});

test('a report whose file and status are gone is not found', async () => {
  lucca.answerNext(problem(404, { title: 'No file' }), problem(404, { title: 'Report not found' }));
  const error = await failureOf(storeNext());
  expect(error.name).toBe('ReportNotFoundError');
  await expectNothingStored();
});

// A server that hasn't heard of the end yet may say that the report is pending.
test.each(['done', 'pending'])(
  'a file that is missing although the report is %s lags behind, and is asked for again',
  async (status) => {
    lucca.answerNext(problem(404, { title: 'No file' }), json(200, { status }));
    const error = await failureOf(storeNext());
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(`answered 404 saying: No file, though report 1017 is ${status}`);
    await expectNothingStored();
  },
);

describe('a download that Lucca refuses keeps its name, and nothing is stored', () => {
  test.each<[string, Answer, string]>([
    ['too many requests', raw(429, '', { 'Retry-After': '5' }), 'RateLimitedError'],
    ['a failure', raw(500, '<html>Dupont</html>'), 'LuccaUnavailableError'],
    ['not done yet', problem(409, { title: 'Still pending' }), 'LuccaUnavailableError'],
  ])('%s', async (_, answer, name) => {
    expect((await failureOf(store(answer))).name).toBe(name);
    await expectNothingStored();
  });
});

const start = 'Nom;Temps\r\nDupont;7\r\n';
const largeStart = Buffer.concat([...workbook(9)]);
const length = (bytes: number) => ({ headers: { 'Content-Length': String(bytes) } });

describe('a download that ends too early leaves nothing behind', () => {
  test.each<[string, Answer, Format?]>([
    ['when a small one breaks off', unfinished(start, 'break', length(10_000))],
    ['when a small one of unknown length breaks off', unfinished(start, 'break')],
    ['when it breaks off before its first byte', unfinished('', 'break', length(10_000))],
    ['when one byte is missing', unfinished(start, 'break', length(start.length + 1))],
    [
      'when a large one breaks off, parts of it being stored',
      unfinished(largeStart, 'break', length(100_000_000)),
      'excel',
    ],
    ['when a large one of unknown length breaks off', unfinished(largeStart, 'break'), 'excel'],
    ['when a small one stalls', unfinished(start, 'stall', length(10_000))],
    ['when it stalls before its first byte', unfinished('', 'stall', length(10_000))],
    ['when a large one stalls, parts of it being stored', unfinished(largeStart, 'stall'), 'excel'],
  ])('%s', async (_, answer, format = 'csv') => {
    const error = await failureOf(store(answer, format, shortTimeouts));
    expect(error.name).toBe('LuccaUnavailableError');
    expect(error.message).toMatch(/GET .*download-(csv|excel) (broke off|got no answer): /);
    expect(everythingIn(error)).not.toContain('Dupont');
    await expectNothingStored();
  });

  test('and the file of an earlier run stays as it was', async () => {
    const { key, versionId } = await store(file(csv));
    await failureOf(store(unfinished(start, 'break', length(10_000))));
    expect((await bucket.read(key)).toString()).toBe(csv);
    expect((await bucket.s3.objects())[0]!.versionId).toBe(versionId);
  });

  test('and the next attempt succeeds', async () => {
    await failureOf(store(unfinished(largeStart, 'break'), 'excel'));
    expect(await store(file(csv))).toMatchObject({ rows: 2 });
  });
});

const tooLong: Answer = (response) => {
  const head = `HTTP/1.1 200 OK\r\nContent-Length: ${start.length}\r\n\r\n`;
  response.socket!.end(`${head}${start}and what is not the file`);
};

test('bytes beyond the announced length are not part of the file', async () => {
  expect(await store(tooLong)).toMatchObject({ bytes: start.length, sha256: sha256(start) });
});

/** A file in two parts. */
const large = () => chunked(workbook(9));

function* endless() {
  yield Buffer.from('504b0304', 'hex');
  for (;;) yield rowsPiece;
}

describe('S3', () => {
  test.each<[S3Operation, Format, () => Answer]>([
    ['PutObject', 'csv', () => file(csv)],
    ['CreateMultipartUpload', 'excel', large],
    ['UploadPart', 'excel', large],
    ['CompleteMultipartUpload', 'excel', large],
  ])(
    'that fails at %s is an AwsUnavailableError that names the object',
    async (operation, format, answer) => {
      bucket.s3.failNext(operation, { status: 500, code: 'InternalError', times: 10 });
      const error = await failureOf(store(answer(), format));
      expect(error.name).toBe('AwsUnavailableError');
      expect(error.message).toContain(
        `s3://${bucketName}/${folder}/report.${format === 'csv' ? 'csv' : 'xlsx'} failed with InternalError`,
      );
      expect(everythingIn(error)).not.toContain('Dupont');
      await expectNothingStored();
    },
  );

  test('that refuses access is told so', async () => {
    bucket.s3.failNext('PutObject', { status: 403, code: 'AccessDenied', times: 10 });
    const error = await failureOf(store(file(csv)));
    expect(error.name).toBe('AwsUnavailableError');
    expect(error.message).toContain('AccessDenied');
  });

  test('that recovers is retried by its SDK', async () => {
    bucket.s3.failNext('PutObject', { status: 500, code: 'InternalError', times: 2 });
    expect(await store(file(csv))).toMatchObject({ rows: 2 });
    bucket.s3.failNext('UploadPart', { status: 500, code: 'InternalError', times: 1 });
    const stored = await store(large(), 'excel');
    expect(stored.sha256).toBe(sha256(await bucket.read(stored.key)));
  });

  test('that cannot be reached is an AwsUnavailableError', async () => {
    await bucket.s3.close();
    expect((await failureOf(store(file(csv)))).name).toBe('AwsUnavailableError');
  });

  test("whose abort fails as well doesn't hide why the download failed", async () => {
    bucket.s3.failNext('AbortMultipartUpload', { status: 403, code: 'AccessDenied', times: 10 });
    const error = await failureOf(store(unfinished(largeStart, 'break'), 'excel'));
    expect(error.name).toBe('LuccaUnavailableError');
  });

  test('that fails ends the download too: the connection to Lucca is not left open', async () => {
    const ended = Promise.withResolvers<string>();
    const answer: Answer = async (response, request) => {
      response.once('close', () => ended.resolve('closed'));
      await chunked(endless())(response, request);
    };
    bucket.s3.failNext('UploadPart', { status: 403, code: 'AccessDenied', times: 10 });
    await failureOf(store(answer, 'excel'));
    expect(await ended.promise).toBe('closed');
  });
});
