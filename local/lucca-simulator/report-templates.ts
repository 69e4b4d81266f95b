import * as z from 'zod';

const Column = z.looseObject({
  kind: z.string().min(1),
  name: z.string().min(1),
  /** A periodic column stands once in the report for each of its periods. */
  isPeriodic: z.boolean().default(false),
  category: z.string().optional(),
});

/** The parts of a template's payload that decide what a report holds. Lucca keeps all the others as they came. */
export const ReportTemplatePayload = z.looseObject({
  name: z.string().min(1),
  columns: z.array(Column).min(1),
  periodicity: z.string().nullish(),
  defaultPeriod: z.string().nullish(),
  total: z.looseObject({ kind: z.string() }).nullish(),
  onlyShowTotals: z.boolean().nullish(),
  isPublic: z.boolean().nullish(),
});

export type ReportTemplatePayload = z.infer<typeof ReportTemplatePayload>;
export type Column = z.infer<typeof Column>;

export interface ReportTemplate {
  id: number;
  /** As it was posted, but for the id. */
  payload: Record<string, unknown>;
  /** What the reports made from it need to know of it. */
  rules: ReportTemplatePayload;
  /** Index of the API key that made it; `everyone` for those that were there before. */
  madeBy: number | 'everyone';
}

export interface ReportTemplates {
  all: ReportTemplate[];
  create: (payload: Record<string, unknown>, rules: ReportTemplatePayload, apiKey: number) => ReportTemplate;
  /** A private template exists only for the key that made it. */
  find: (id: number, apiKey: number) => ReportTemplate | undefined;
}

/** `seeded`: payloads by id, visible to every key. Further ids count up from the highest of them. */
export function createReportTemplates(seeded: Record<number, Record<string, unknown>>): ReportTemplates {
  const all = Object.entries(seeded).map(([id, payload]): ReportTemplate => ({
    id: Number(id),
    payload: { ...payload, id: Number(id) },
    rules: ReportTemplatePayload.parse(payload),
    madeBy: 'everyone',
  }));
  let nextId = Math.max(0, ...all.map(({ id }) => id)) + 1;

  return {
    all,
    create: (payload, rules, apiKey) => {
      const id = nextId++;
      const template = { id, payload: { ...payload, id }, rules, madeBy: apiKey };
      all.push(template);
      return template;
    },
    find: (id, apiKey) =>
      all.find(
        (template) =>
          template.id === id &&
          (template.madeBy === 'everyone' || template.madeBy === apiKey || template.rules.isPublic === true),
      ),
  };
}
