import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upload } from '../../../lambdas/report-file/upload.ts';
import { bucketName, startBucket, type TestBucket } from '../support/aws.ts';
import { failureOf } from '../support/failure.ts';

let bucket: TestBucket;
beforeEach(async () => {
  bucket = await startBucket();
});
afterEach(() => bucket[Symbol.asyncDispose]());

const piece = Buffer.alloc(1024 * 1024, 'a');

async function* pieces(count: number, failure?: Error) {
  for (let sent = 0; sent < count; sent++) yield piece;
  if (failure !== undefined) throw failure;
}

const send = (bytes: AsyncIterable<Uint8Array>) =>
  upload(bucket.client, {
    bucket: bucketName,
    key: 'a/é b+c.csv',
    contentType: 'text/csv',
    metadata: {},
    bytes,
  });

test.each([1, 7, 8, 9, 16, 17])('%i MiB end up in one object, whose version is told', async (count) => {
  const versionId = await send(pieces(count));
  const [object] = await bucket.s3.objects();
  expect(object).toMatchObject({ key: 'a/é b+c.csv', versionId, bytes: count * piece.byteLength });
  expect((await bucket.read('a/é b+c.csv')).every((byte) => byte === piece[0])).toBe(true);
});

describe('bytes that fail', () => {
  test.each([0, 1, 8, 9, 17])('after %i MiB are that very failure, and nothing is left', async (count) => {
    const failure = new RangeError('the source broke');
    expect(await failureOf(send(pieces(count, failure)))).toBe(failure);
    expect(await bucket.keys()).toEqual([]);
    expect(await bucket.s3.multipartUploads()).toEqual([]);
  });
});
