import type * as z from 'zod';
import type { Bound, CheckReportOutput, LuccaCall } from '../shared/contract.ts';
import type { ApiKeySource } from '../aws/api-key.ts';
import {
  LuccaRejectedError,
  LuccaUnavailableError,
  LuccaUnreachableError,
  ReportNotFoundError,
  TemplateNotFoundError,
  UnexpectedResponseError,
} from '../shared/errors.ts';
import { type Format, formats } from '../shared/formats.ts';
import { parseJson } from '../shared/json.ts';
import { describeIssues } from '../shared/problems.ts';
import type { TemplatePayload } from '../shared/template-payload.ts';
import { readText } from './body.ts';
import { type LuccaAnswer, type LuccaConnection, type LuccaRequest, sendRequest } from './http.ts';
import { aboutReport, createdSchema, reportStatusSchema } from './schemas.ts';
import { defaultTimeouts, type Timeouts } from './timeouts.ts';

const api = '/timmi-timesheet/api';

export interface ReportRequest {
  templateId: number;
  /** ISO dates, or null for the template's own default period. */
  startsOn: string | null;
  endsOn: string | null;
}

/**
 * Lucca's timesheet report API, as its guide "How to Download Reports" describes it. Every method throws the
 * errors of `shared/errors.ts`.
 */
export interface LuccaClient {
  /** Creates a report template and answers its id. */
  createTemplate(payload: TemplatePayload): Promise<number>;
  /** Starts the generation of a report and answers its id. Lucca deletes the key's previous report. */
  createReport(request: ReportRequest): Promise<number>;
  /** Whatever answers in Lucca's stead is a LuccaUnavailableError here: only Lucca itself ends the polling. */
  reportStatus(reportId: number): Promise<CheckReportOutput['status']>;
  /** The file of a report that is done; its body is still to be read. */
  download(reportId: number, format: Format): Promise<LuccaAnswer>;
}

export function createLuccaClient(
  call: Bound<LuccaCall>,
  apiKey: ApiKeySource,
  timeouts: Timeouts = defaultTimeouts,
): LuccaClient {
  const connection: LuccaConnection = {
    domain: call.tenant.domain,
    apiKey,
    timeouts,
    now: Date.parse(call.now),
    deadline: Date.parse(call.deadline),
  };
  const reportStatus: LuccaClient['reportStatus'] = async (reportId) => {
    const path = `${api}/reports/${reportId}`;
    const request = { method: 'GET', path, notFound: gone(reportId), isPoll: true } as const;
    try {
      return (await json(connection, request, reportStatusSchema, aboutReport(reportId))).status;
    } catch (error) {
      throw isLuccas(error) ? error : new LuccaUnavailableError((error as Error).message);
    }
  };
  return {
    createTemplate: async (payload) => {
      const path = `${api}/report-templates`;
      const request = { method: 'POST', path, body: payload, notFound: noSuchApi } as const;
      return (await json(connection, request, createdSchema)).id;
    },
    createReport: async (report) => {
      const notFound = (message: string) =>
        new TemplateNotFoundError(
          `${message}. Report template ${report.templateId} doesn't exist, or this API key may not see it: ` +
            'check its id, or give the template itself in "template".',
        );
      const request = { method: 'POST', path: `${api}/reports`, body: report, notFound } as const;
      return (await json(connection, request, createdSchema)).id;
    },
    reportStatus,
    download: async (reportId, format) => {
      const path = `${api}/reports/${reportId}/${formats[format].download}`;
      const request = { method: 'GET', path, accept: '*/*', notFound: missing, isFile: true } as const;
      try {
        return await sendRequest(connection, request);
      } catch (error) {
        if (!(error instanceof FileMissing)) throw error;
        // Done, a report may still lack its files for a while; deleted, it has no status either.
        const status = await reportStatus(reportId);
        if (status === 'error') throw gone(reportId)(error.message);
        throw new LuccaUnavailableError(
          `${error.message}, though report ${reportId} is ${status}: the file lags behind.`,
        );
      }
    },
  };
}

/** Whether Lucca itself has answered so: what something in between says of a report passes. */
const isLuccas = (error: unknown) =>
  error instanceof UnexpectedResponseError ? error.isLuccas : !(error instanceof LuccaUnreachableError);

class FileMissing extends Error {}
const missing = (message: string) => new FileMissing(message);

const noSuchApi = (message: string) =>
  new LuccaRejectedError(`${message}. Is this the domain of a Lucca with Timmi Timesheet?`);

const gone = (reportId: number) => (message: string) =>
  new ReportNotFoundError(
    `${message}. Report ${reportId} expired, or was deleted because another report was generated with the same ` +
      'API key: give each integration a key of its own.',
  );

/** @param own what Lucca's own answers match, be they unexpected; by default, those that are as expected */
async function json<Schema extends z.ZodType>(
  connection: LuccaConnection,
  request: Omit<LuccaRequest, 'accept'>,
  schema: Schema,
  own?: z.ZodType,
): Promise<z.output<Schema>> {
  const answer = await sendRequest(connection, { ...request, accept: 'application/json' });
  const document = parseJson(await readText(answer.body, answer.request));
  if (document === undefined) {
    const type = answer.redact(answer.headers.get('Content-Type') ?? 'no type');
    throw new UnexpectedResponseError(`${answer.request} answered ${type}: expected a JSON document.`);
  }
  const parsed = schema.safeParse(document, { reportInput: true });
  const isLuccas = own?.safeParse(document).success ?? parsed.success;
  if (parsed.success && isLuccas) return parsed.data;
  const problems = parsed.success
    ? 'input: expected to hear of what was asked for'
    : answer.redact(describeIssues(parsed.error.issues).join('; '));
  throw new UnexpectedResponseError(`${answer.request} answered an unexpected document: ${problems}`, {
    isLuccas,
  });
}
