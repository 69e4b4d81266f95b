import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Format } from '../../lambdas/shared/formats.ts';
import type { Clock } from '../clock.ts';
import { invalid, json, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import { defaultPeriod } from './periods.ts';
import { downloads, reportFile, reportFileName, type DownloadOperation } from './report-files.ts';
import type { Staff } from './staff.ts';
import { ReportTemplatePayload } from './report-templates.ts';
import type { ReportTemplates } from './report-templates.ts';
import type { Report, Reports } from './reports.ts';
import type { Operation } from './routes.ts';

/** A request whose API key, rate and path Lucca has accepted. */
interface Call {
  /** Index of the caller's API key. */
  apiKey: number;
  /** The `{reportId}` in the path. */
  reportId: number;
  body: Buffer;
}

/** The tenant as its API sees it. */
export interface Tenant {
  clock: Clock;
  templates: ReportTemplates;
  reports: Reports;
  staff: Staff;
}

/** The tenant's time zone, in which its "this year" begins. */
const timeZone = 'Europe/Paris';

const NewReport = z.object({
  // Lucca answers it as a string now and then, so it takes one, too.
  templateId: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]),
  startsOn: z.iso.date().nullish(),
  endsOn: z.iso.date().nullish(),
  filters: z.array(z.looseObject({ kind: z.string(), values: z.array(z.number()) })).nullish(),
});

const notAnObject = { $: ['The body must be a JSON object.'] };

type Perform = (tenant: Tenant, call: Call) => Answer;

const downloadOperations = Object.fromEntries(
  downloads.map(({ operation, format }): [DownloadOperation, Perform] => [
    operation,
    (tenant, call) => download(tenant, call, format),
  ]),
) as Record<DownloadOperation, Perform>;

export const operations: Record<Operation, Perform> = {
  createTemplate: ({ templates }, { apiKey, body }) => {
    const payload = jsonObject(body);
    if (!payload) return invalid(notAnObject);
    const rules = ReportTemplatePayload.safeParse(payload);
    if (!rules.success) return invalid(errorsByField(rules.error));
    return json(201, templates.create(payload, rules.data, apiKey).payload);
  },

  createReport: ({ templates, reports, clock }, { apiKey, body }) => {
    const payload = jsonObject(body);
    if (!payload) return invalid(notAnObject);
    const request = NewReport.safeParse(payload);
    if (!request.success) return invalid(errorsByField(request.error));

    const { templateId, startsOn, endsOn } = request.data;
    const template = templates.find(templateId, apiKey);
    if (!template) return problem(404, `There is no report template ${templateId} for this API key.`);

    const today = Temporal.Instant.fromEpochMilliseconds(clock.now())
      .toZonedDateTimeISO(timeZone)
      .toPlainDate();
    const byDefault = defaultPeriod(template.rules.defaultPeriod, today);
    const period = {
      startsOn: startsOn ? Temporal.PlainDate.from(startsOn) : byDefault.startsOn,
      endsOn: endsOn ? Temporal.PlainDate.from(endsOn) : byDefault.endsOn,
    };
    if (Temporal.PlainDate.compare(period.endsOn, period.startsOn) < 0) {
      return invalid({ endsOn: [`${period.endsOn.toString()} is before ${period.startsOn.toString()}.`] });
    }
    return json(200, describe(reports.create(apiKey, template, period), reports));
  },

  checkReport: ({ reports }, { apiKey, reportId }) => {
    const report = reports.find(reportId, apiKey);
    return report ? json(200, describe(report, reports)) : noSuchReport(reportId);
  },

  ...downloadOperations,
};

function download({ reports, staff }: Tenant, { apiKey, reportId }: Call, format: Format): Answer {
  const report = reports.find(reportId, apiKey);
  if (!report) return noSuchReport(reportId);
  const status = reports.status(report);
  if (status !== 'done') return problem(400, `Report ${reportId} is ${status}: only a done one has content.`);
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(reportFileName(report, format))}`,
    },
    body: reportFile(report, format, staff),
    whenDelivered: () => {
      if (!report.downloaded.includes(format)) report.downloaded.push(format);
    },
  };
}

/** A report as Lucca answers it. */
const describe = (report: Report, reports: Reports) => ({
  id: report.id,
  status: reports.status(report),
  templateId: report.template.id,
  startsOn: report.period.startsOn.toString(),
  endsOn: report.period.endsOn.toString(),
  columns: report.template.rules.columns.map(
    ({ kind, name, category, isRequired, isDefault, isPeriodic }) => ({
      kind,
      name,
      category,
      isRequired,
      isDefault,
      isPeriodic,
    }),
  ),
});

const noSuchReport = (id: number) => problem(404, `There is no report ${id} for this API key.`);

function jsonObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(body.toString())).data;
  } catch {
    return undefined;
  }
}

/** Lucca's `errors`: the messages by field, with the path of a nested one. */
function errorsByField(error: z.ZodError): Record<string, string[]> {
  const byField = Map.groupBy(error.issues, ({ path }) => path.join('.'));
  return Object.fromEntries(
    [...byField].map(([field, issues]) => [field, issues.map(({ message }) => message)]),
  );
}
