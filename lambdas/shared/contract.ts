import * as z from 'zod';
import { type Format, formatNames } from './formats.ts';
import { type ObjectLocation, periodFolder } from './object-keys.ts';
import { type TemplatePayload, templateSchema } from './template-payload.ts';

/**
 * What the states of the workflow hand to each other. The state machine builds every input; each Lambda parses
 * its own with the schema below before doing anything.
 */

/** Of outputs, manifests and events: it changes when something that they promise does. */
export const outputVersion = 1;

/** An instant as Step Functions writes it, such as `2026-11-02T05:00:00.123Z`. */
const instant = z.iso.datetime({ offset: true });
/** A calendar date, such as `2026-10-31`. */
const date = z.iso.date();
export const id = z.int().positive();

/** The tenant whose functions these are, as the deployment binds them to it: no event says so. */
export interface Tenant {
  /** First folder of the keys. */
  name: string;
  /** Origin of the tenant's Lucca, such as `https://acme.ilucca.net`. */
  domain: string;
  /** IANA zone in which relative periods are resolved, such as `Europe/Paris`. */
  timeZone: string;
  apiKeySecretArn: string;
}

/** An event together with the tenant that its function is bound to. */
export type Bound<Event> = Event & { tenant: Tenant };

/** The tenant's default export: what an input doesn't say. */
const defaultExport = z.record(z.string(), z.unknown()).default({});

export const resolveRequestInput = z.object({
  /** The execution's input, not validated yet. */
  request: z.unknown(),
  defaultExport,
  /** Relative periods refer to this instant unless the request holds a `scheduledTime`. */
  executionStartTime: instant,
});

/** A request with everything relative made absolute: the same from here to the end of the run. */
export interface ResolvedRequest {
  templateId: number | null;
  /** A payload, or the fingerprint of one. */
  template: TemplatePayload | string | null;
  /** Both null: the template's own default period. */
  startsOn: string | null;
  endsOn: string | null;
  /** Whether this Lucca is a stand-in on the same machine: its figures are nobody's. */
  simulated: boolean;
  /** What relative periods refer to. */
  scheduledTime: string;
  /** Last folder of the object keys, such as `2026-10-01_2026-10-31`. */
  periodFolder: string;
  formats: Format[];
}

/** What every Lambda that calls Lucca is given. */
const luccaCall = z.object({
  /** When the state was entered. Handlers have no clock of their own, so a run can be replayed. */
  now: instant,
  /** Until when it makes sense to wait for Lucca. */
  deadline: instant,
});
export type LuccaCall = z.infer<typeof luccaCall>;

export const ensureTemplateInput = luccaCall.extend({
  template: templateSchema,
  /** A remembered template that Lucca no longer knows. */
  lostTemplateId: id.nullable(),
});
export type EnsureTemplateInput = z.infer<typeof ensureTemplateInput>;
export interface EnsureTemplateOutput {
  templateId: number;
  /** False: the template is new and must be remembered under `recordKey`. */
  remembered: boolean;
  recordKey: string;
}

export const createReportInput = luccaCall.extend({
  templateId: id,
  startsOn: date.nullable(),
  endsOn: date.nullable(),
  /** Whether the execution was redriven since it renewed its lease, which it may have lost meanwhile. */
  redriven: z.boolean().optional(),
});
export type CreateReportInput = z.infer<typeof createReportInput>;
export interface CreateReportOutput {
  reportId: number;
}

export const checkReportInput = luccaCall.extend({ reportId: id });
export type CheckReportInput = z.infer<typeof checkReportInput>;
export interface CheckReportOutput {
  status: 'pending' | 'done' | 'error';
}

export const storeFileInput = luccaCall.extend({
  reportId: id,
  templateId: id,
  format: z.enum(formatNames),
  /** Last part of the folder that the file goes to. */
  periodFolder: z.string().regex(periodFolder),
  /** ARN of the execution, kept with the object. */
  execution: z.string(),
});
export type StoreFileInput = z.infer<typeof storeFileInput>;

/** One stored file, as listed in the manifest. */
export interface StoredFile extends ObjectLocation {
  format: Format;
  versionId: string;
  bytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  /** Data rows of a CSV, its header not counted. Absent for Excel, and where nobody can know. */
  rows?: number;
}

export const planBatchInput = z.object({
  /** The batch's input, not validated yet. */
  request: z.unknown(),
  defaultExport,
  /** Relative periods refer to this instant unless the request holds a `scheduledTime`. */
  executionStartTime: instant,
  /** The batch's name: those of its exports are made from it. */
  executionName: z.string(),
});

/**
 * How many exports one batch may hold. One that fails takes 19 events of the execution's history, which holds 25,000,
 * and each up to 860 bytes of the batch's output, which holds 256 KiB: that is the tighter limit.
 */
export const mostBatchItems = 300;

/** Everything that a batch is going to do. */
export interface BatchPlan {
  dryRun: boolean;
  /** Whether the figures are those of a simulator. */
  simulated: boolean;
  items: BatchItem[];
}

export interface BatchItem {
  /** Name of the execution that makes the export: the same whenever the same batch is planned. */
  name: string;
  /** Input of that execution. */
  request: {
    templateId?: number;
    /** Fingerprint of a payload. */
    template?: string;
    startsOn?: string;
    endsOn?: string;
    formats: Format[];
    scheduledTime?: string;
  };
  /** What the batch reports of the item before it was exported. */
  outcome: {
    /** Null: made from a payload that Lucca hasn't been given yet. */
    templateId: number | null;
    startsOn: string | null;
    endsOn: string | null;
    /** Where its files go; null while the template's id isn't known. */
    folder: string | null;
    /** Skipped: there is a manifest already of the whole period, with every format that is wanted. */
    status: 'planned' | 'skipped';
    manifest?: Pick<ObjectLocation, 'bucket' | 'key'>;
  };
}

/**
 * The functions of the workflows, and what each is given. A function is the file of its name in `lambdas`, and a field
 * of its input a field of the payload in `lib/workflows`.
 */
export const functionInputs = {
  resolveRequest: resolveRequestInput,
  ensureTemplate: ensureTemplateInput,
  createReport: createReportInput,
  checkReport: checkReportInput,
  storeFile: storeFileInput,
  planBatch: planBatchInput,
} as const;
export type FunctionName = keyof typeof functionInputs;
export const functionNames = Object.keys(functionInputs) as FunctionName[];
export type FunctionInput<Name extends FunctionName> = z.input<(typeof functionInputs)[Name]>;
