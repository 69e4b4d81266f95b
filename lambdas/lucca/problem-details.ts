import { parseJson } from '../shared/json.ts';

const longestText = 1000;

/**
 * What Lucca says of a refused request, in one line: the parts of RFC 9457 problem details that people read, and
 * Lucca's messages by field, whatever their form.
 */
export function describeProblem(body: string, redact: (value: string) => string): string {
  const problem = parseJson(body, redact);
  if (typeof problem !== 'object' || problem === null) return 'without problem details';
  const { title, detail, errors } = problem as { title?: unknown; detail?: unknown; errors?: unknown };
  const fields = typeof errors === 'object' && errors !== null ? Object.entries(errors) : [];
  const parts = [
    ...[title, detail].filter((part) => typeof part === 'string' && part !== ''),
    ...fields.map(([field, messages]) => `${field}: ${messageText(messages)}`),
  ];
  if (parts.length === 0) return 'without problem details';
  return `saying: ${parts.join('; ').replaceAll(/\s+/g, ' ').slice(0, longestText).replace(/\.$/, '')}`;
}

const messageText = (messages: unknown): string =>
  [messages]
    .flat()
    .map((message) => (typeof message === 'string' ? message : JSON.stringify(message)))
    .join(' ');
