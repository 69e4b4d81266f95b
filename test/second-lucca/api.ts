import type { Clock } from '../../local/clock.ts';
import { answer, type Answer } from './answer.ts';
import type { HttpRequest } from './http-request.ts';
import type { FileFormat, Report, Tenant } from './tenant.ts';

/** Puts an answer into JSON. */
export type Speak = (status: number, body: Record<string, unknown>) => Answer;

const base = '/timmi-timesheet/api';
const operations = {
  createTemplate: ['POST', /^\/report-templates$/],
  createReport: ['POST', /^\/reports$/],
  checkReport: ['GET', /^\/reports\/(\d+)$/],
  downloadCsv: ['GET', /^\/reports\/(\d+)\/download-csv$/],
  downloadExcel: ['GET', /^\/reports\/(\d+)\/download-excel$/],
} as const satisfies Record<string, readonly [string, RegExp]>;

export type Operation = keyof typeof operations;

/** What a request is for, and the id in its path. */
export function routeOf({ method, path }: HttpRequest): { operation?: Operation; id: number } {
  for (const [operation, [verb, pattern]] of Object.entries(operations)) {
    const match = path.startsWith(base) && method === verb ? pattern.exec(path.slice(base.length)) : null;
    if (match !== null) return { operation: operation as Operation, id: Number(match[1]) };
  }
  return { id: NaN };
}

export interface ApiOptions {
  clock: Clock;
  /** How long after a report is done its files can't be found yet. */
  downloadLagSeconds: number;
}

/** Answers a request as the guide says. */
export function answerRequest(
  request: HttpRequest,
  tenant: Tenant,
  speak: Speak,
  { clock, downloadLagSeconds }: ApiOptions,
): Answer {
  const owner = tenant.ownerOf(keyIn(request) ?? '');
  if (owner === undefined) return speak(401, { title: 'Unauthorized', status: 401 });
  const { operation, id } = routeOf(request);
  if (operation === undefined) return notFound(speak);
  if (operation === 'createTemplate') return createTemplate(request, owner, tenant, speak);
  if (operation === 'createReport') return createReport(request, owner, tenant, speak, clock);
  const report = tenant.reportFor(owner, id);
  if (report === undefined) return notFound(speak);
  if (operation === 'checkReport') return speak(200, describe(report, tenant));
  const isReady = tenant.isDone(report) && clock.now() >= report.doneAt + downloadLagSeconds * 1000;
  if (!isReady || report.fails) return notFound(speak);
  return fileAnswer(report, operation === 'downloadCsv' ? 'csv' : 'excel', tenant);
}

/** The API key that a request shows. */
export const keyIn = ({ headers }: HttpRequest): string | undefined =>
  /^lucca application=(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];

const notFound = (speak: Speak): Answer => speak(404, { title: 'Not Found', status: 404 });

const badRequest = (speak: Speak, errors: Record<string, string[]>): Answer =>
  speak(400, { type: 'about:blank', title: 'One or more validation errors occurred.', status: 400, errors });

function createTemplate(request: HttpRequest, owner: string, tenant: Tenant, speak: Speak): Answer {
  const payload = bodyOf(request) ?? {};
  // The guide doesn't say what is refused. Without columns there is nothing to report.
  if (!Array.isArray(payload.columns)) return badRequest(speak, { columns: ['A report needs columns.'] });
  return speak(200, { ...payload, id: tenant.addTemplate(owner, payload).id });
}

function createReport(
  request: HttpRequest,
  owner: string,
  tenant: Tenant,
  speak: Speak,
  clock: Clock,
): Answer {
  const { templateId, startsOn, endsOn } = bodyOf(request) ?? {};
  if (!Number.isInteger(templateId)) return badRequest(speak, { templateId: ['Expected an integer.'] });
  const template = tenant.templateFor(owner, templateId as number);
  if (template === undefined) return notFound(speak);
  const defaults = defaultPeriod(template.payload.defaultPeriod, clock.now());
  const period = { startsOn: startsOn ?? defaults.startsOn, endsOn: endsOn ?? defaults.endsOn };
  if (!isDate(period.startsOn) || !isDate(period.endsOn) || period.startsOn > period.endsOn) {
    return badRequest(speak, { startsOn: ['Expected a date before endsOn.'] });
  }
  const report = tenant.addReport(owner, template, period as Report['period']);
  // The guide says 200, Lucca's OpenAPI file 201.
  return speak(report.id % 2 === 0 ? 200 : 201, describe(report, tenant));
}

function describe(report: Report, tenant: Tenant): Record<string, unknown> {
  const { id, template, period, fails } = report;
  const status = !tenant.isDone(report) ? 'pending' : fails ? 'error' : 'done';
  return { id, status, templateId: template.id, ...period, name: template.payload.name ?? '' };
}

function fileAnswer(report: Report, format: FileFormat, tenant: Tenant): Answer {
  // Excel files are called so whatever they are.
  const name = `Rapport%20${report.id}.${format === 'csv' ? 'csv' : 'xls'}`;
  const { status, headers, body } = answer(
    200,
    'application/octet-stream',
    tenant.expected(report.id, format).bytes,
  );
  return {
    status,
    headers: [...headers, ['Content-Disposition', `attachment; filename*=UTF-8''${name}`]],
    body,
  };
}

/** The months that templates may name; any other default is this year. */
function defaultPeriod(name: unknown, now: number): Report['period'] {
  const today = new Date(now);
  const year = today.getUTCFullYear();
  const month = today.getUTCMonth() - (name === 'lastMonth' ? 1 : 0);
  const [first, last] = name === 'thisMonth' || name === 'lastMonth' ? [month, month + 1] : [0, 12];
  const day = (ofMonth: number, number: number) =>
    new Date(Date.UTC(year, ofMonth, number)).toISOString().slice(0, 10);
  return { startsOn: day(first, 1), endsOn: day(last, 0) };
}

function bodyOf({ body }: HttpRequest): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const isDate = (value: unknown): value is string =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /^\d{4}-\d\d-\d\d$/.test(value);
