import { createHash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import type { LuccaClient } from './lucca/client.ts';
import { boundedRequests, callAws } from './shared/aws.ts';
import {
  type EnsureTemplateInput,
  type EnsureTemplateOutput,
  ensureTemplateInput,
  templateRecordSchema,
} from './shared/contract.ts';
import { environmentNames, requireEnv } from './shared/environment.ts';
import { lambdaHandler } from './shared/handler.ts';
import { parseJson } from './shared/json.ts';
import { luccaFor } from './shared/services.ts';

/** Reads what a key of the report bucket holds, or undefined. */
export type ReadObject = (key: string) => Promise<string | undefined>;

/** Finds the report template that an earlier run created from the same payload, or creates it. */
export async function ensureTemplate(
  input: EnsureTemplateInput,
  lucca: LuccaClient,
  readObject: ReadObject,
): Promise<EnsureTemplateOutput> {
  const recordKey = `${input.tenant.name}/templates/${fingerprint(input)}.json`;
  const templateId = rememberedId(await readObject(recordKey));
  if (templateId !== undefined && templateId !== input.lostTemplateId) {
    return { templateId, remembered: true, recordKey };
  }
  return { templateId: await lucca.createTemplate(input.template), remembered: false, recordKey };
}

/** A record that can't be read is no record: a new template then replaces it. */
function rememberedId(record: string | undefined): number | undefined {
  return templateRecordSchema.safeParse(parseJson(record ?? '')).data?.templateId;
}

/**
 * Tells payloads apart, and the Luccas that they were created in: ids of one mean nothing in another. The order of
 * fields makes no other template.
 */
function fingerprint({ tenant, template }: EnsureTemplateInput): string {
  const sorted = JSON.stringify([tenant.domain, template], (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}

const s3 = new S3Client(boundedRequests(10_000));

const readFromBucket: ReadObject = (Key) => {
  const Bucket = requireEnv(environmentNames.reportBucketName);
  return callAws(`S3 GetObject of s3://${Bucket}/${Key}`, async () => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return await object.Body?.transformToString();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  });
};

export const handler = lambdaHandler(ensureTemplateInput, (input) =>
  ensureTemplate(input, luccaFor(input), readFromBucket),
);
