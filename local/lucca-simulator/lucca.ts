import type { Format } from '../../lambdas/shared/formats.ts';
import type { Clock } from '../clock.ts';
import {
  answerRequest,
  type Lucca,
  type LuccaRequest,
  type LuccaResponse,
  type ReceivedRequest,
} from './answer-request.ts';
import { createApiKeys } from './api-keys.ts';
import { createFaultPlan } from './faults.ts';
import type { Fault } from './faults.ts';
import guideTemplate from './guide-template.json' with { type: 'json' };
import { createRateLimit } from './rate-limit.ts';
import { reportFile } from './report-files.ts';
import { createReportTemplates } from './report-templates.ts';
import type { ReportTemplate } from './report-templates.ts';
import { createReports } from './reports.ts';
import type { Report, SupersededReport } from './reports.ts';
import type { Operation } from './routes.ts';

export interface LuccaOptions {
  /** Decides when reports are done and when they expire, and how many requests a minute holds. */
  clock: Clock;
  /** @default one key, `simulated-api-key` */
  apiKeys?: string[];
  /** @default 4 */
  generationSeconds?: number;
  /** @default 86,400: 24 hours */
  expirySeconds?: number;
  /** For all keys together. @default 50 */
  requestsPerMinute?: number;
  faults?: Fault[];
  /** Decides call by call what goes wrong, instead of the faults that are added. */
  nextFault?: (operation: Operation) => Fault | undefined;
  /** Payloads by id, of templates that every key may use. @default the template of Lucca's guide, with id 42 */
  templates?: Record<number, Record<string, unknown>>;
  /** How many people the reports list. @default 12 */
  rows?: number;
  /** Decides who the people are and how long they work. @default 1 */
  seed?: number;
}

/** A tenant of Lucca. */
export interface SimulatedLucca {
  /** Answers a request, without any network. */
  answer: (request: LuccaRequest) => LuccaResponse;
  /** Every request since the start, oldest first. */
  requests: readonly ReceivedRequest[];
  templates: readonly ReportTemplate[];
  /** Every report since the start, deleted ones too, oldest first. */
  reports: readonly Report[];
  /** Reports that were lost to a later one before anybody had downloaded them. */
  supersededReports: readonly SupersededReport[];
  /** Adds a fault, which counts calls from now on. */
  addFault: (fault: Fault) => void;
  /** From now on the old key answers 401. The new one sees what the old one saw, unless it has rights of its own. */
  rotateKey: (oldKey: string, newKey: string, rights?: 'sameRights' | 'ownRights') => void;
  /** The bytes served for a report, even if it is not done or was deleted since. */
  expectedFile: (reportId: number, format: Format) => Buffer;
}

/** Creates a tenant that is deterministic: the same clock, seed and requests get the same ids and bytes. */
export function createLucca(options: LuccaOptions): SimulatedLucca {
  const { clock, generationSeconds = 4, expirySeconds = 24 * 60 * 60, requestsPerMinute = 50 } = options;
  const faults = createFaultPlan(options.faults ?? []);
  const { nextFault = faults.nextFault } = options;
  const staff = { seed: options.seed ?? 1, people: options.rows ?? 12 };
  const tenant: Lucca = {
    clock,
    templates: createReportTemplates(options.templates ?? { 42: guideTemplate }),
    reports: createReports(clock, generationSeconds, expirySeconds),
    staff,
    apiKeys: createApiKeys(options.apiKeys ?? ['simulated-api-key']),
    rateLimit: createRateLimit(clock, requestsPerMinute),
    nextFault,
    requests: [],
  };
  const { templates, reports, apiKeys, requests } = tenant;
  return {
    answer: (request) => answerRequest(tenant, request),
    requests,
    templates: templates.all,
    reports: reports.all,
    supersededReports: reports.superseded,
    addFault: faults.add,
    rotateKey: (oldKey, newKey, rights = 'sameRights') => apiKeys.rotate(oldKey, newKey, rights),
    expectedFile: (reportId, format) => {
      const report = reports.all.find(({ id }) => id === reportId);
      if (!report) throw new Error(`There never was a report ${reportId}`);
      return reportFile(report, format, staff);
    },
  };
}
