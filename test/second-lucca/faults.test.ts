import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { faults, type FaultName } from './faults.ts';
import { doneReport } from './support.ts';

const is = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const half = (bytes: Buffer) => is(bytes.subarray(0, Math.ceil(bytes.length / 2)));
const matches = (pattern: RegExp) => () => expect.stringMatching(pattern) as string;

/** What comes instead of a CSV file: the status, the head, and the body. */
const looks: Partial<Record<FaultName, [number, RegExp, (file: Buffer) => string]>> = {
  cutByFin: [200, /HTTP\/1\.0 (?!.*length)/is, half],
  partialContent: [206, /Content-Range: bytes 0-238\/477/, half],
  gzipWhole: [200, /Content-Encoding: gzip/, (file) => is(gzipSync(file))],
  gzipCut: [200, /Content-Encoding: gzip/, (file) => half(gzipSync(file))],
  gzipUnlabelled: [200, /^(?!.*encoding)/is, (file) => is(gzipSync(file))],
  sentence: [200, /text\/plain/, matches(/^Le rapport est en pr.*\r\n$/)],
  otherZip: [200, /octet-stream/, matches(/^PK.*lisez-moi\.txt/s)],
  empty: [200, /Content-Length: 0/, () => ''],
  maintenancePage: [200, /text\/html/, matches(/^<!DOCTYPE html>/)],
  maintenance: [503, /text\/html/, matches(/^<!DOCTYPE html>/)],
  firewall: [403, /text\/html/, matches(/^<!DOCTYPE html>/)],
  unavailable: [503, /Retry-After: 30/, matches(/^\{/)],
  rateLimited: [429, /Retry-After: 30/, matches(/^\{/)],
  rateLimitedByDate: [
    429,
    /Date: Mon, 02 Nov 2026 07:00:00 GMT\r\nRetry-After: Mon, 02 Nov 2026 07:01:30 GMT/,
    matches(/^\{/),
  ],
  refusedInOwnWords: [401, /json/, matches(/inconnue/)],
  keyEchoed: [400, /json/, matches(/application KEY /)],
};

test.each(Object.entries(looks) as [FaultName, (typeof looks)['empty'] & {}][])(
  '%s strikes once',
  async (kind, [status, headers, body]) => {
    const { lucca, ask, file } = await doneReport({ style: 'closing' });
    lucca.order({ kind, on: 'downloadCsv' });
    const struck = await ask('download-csv');
    expect(struck).toMatchObject({ status, body: body(file.bytes), ending: 'closed' });
    expect(struck.head).toMatch(headers);
    expect(lucca.requests.at(-1)).toMatchObject({ status, fault: kind });
    expect(await ask('download-csv')).toMatchObject({ status: 200, body: is(file.bytes) });
  },
);

// How much arrives before a reset is up to the network.
test('cutByReset strikes once', async () => {
  const { lucca, ask } = await doneReport({ style: 'closing' });
  lucca.order({ kind: 'cutByReset', on: 'downloadCsv' });
  expect(await ask('download-csv')).toMatchObject({ ending: 'reset' });
  expect(await ask('download-csv')).toMatchObject({ status: 200 });
});

test('a generation that fails ends as an error, and has no file', async () => {
  const { lucca, ask } = await doneReport({ style: 'closing' });
  lucca.order({ kind: 'generationFails', on: 'checkReport' });
  await ask('');
  expect(await ask('')).toMatchObject({ body: expect.stringContaining('"status":"error"') as string });
  expect(await ask('download-csv')).toMatchObject({ status: 404 });
});

test('every fault is looked at', () => {
  expect(Object.keys(faults).toSorted()).toEqual(
    [...Object.keys(looks), 'cutByReset', 'generationFails'].toSorted(),
  );
});

test('a file lags behind its report', async () => {
  const { clock, ask } = await doneReport({ style: 'closing', downloadLagSeconds: 20 });
  await clock.sleep(19_999);
  expect(await ask('download-csv')).toMatchObject({ status: 404 });
  await clock.sleep(1);
  expect(await ask('download-csv')).toMatchObject({ status: 200 });
});
