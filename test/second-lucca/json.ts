import { answer, type Answer } from './answer.ts';

type Dialect = (status: number, body: Record<string, unknown>) => Answer;

const reversed = (body: Record<string, unknown>) => Object.fromEntries(Object.entries(body).toReversed());

const withStringIds = (body: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      /^(id|templateId)$/.test(name) ? String(value) : value,
    ]),
  );

const problemType = (status: number) => (status < 400 ? 'application/json' : 'application/problem+json');

/** Ways to say the same in JSON. */
export const dialects = {
  plain: (status, body) => answer(status, 'application/json', JSON.stringify(body)),
  /** As ASP.NET announces it, with fields that nobody documents, in another order, and indented. */
  verbose: (status, body) => {
    const more = { links: [], ...reversed(body), traceId: '00-5f2-01', owner: { id: 3, status: 'active' } };
    return answer(status, `${problemType(status)}; charset=utf-8`, JSON.stringify(more, undefined, 2));
  },
  stringIds: (status, body) =>
    answer(status, problemType(status), JSON.stringify(withStringIds(body)) + '\r\n'),
  /** Wrong by RFC 8259, which lets readers ignore it all the same. */
  byteOrderMark: (status, body) =>
    answer(status, 'text/json; charset=UTF-8', `\uFEFF${JSON.stringify(body)}`),
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;
export const dialectNames = Object.keys(dialects) as DialectName[];
