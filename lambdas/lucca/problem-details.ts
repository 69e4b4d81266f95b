import { isShallow, parseJson } from '../shared/json.ts';

const longestText = 1000;

/** Where RFC 9457's problem details, and what else .NET servers answer, say what is wrong; in lower case. */
const reasonFields = ['title', 'detail', 'message', 'error', 'error_description', 'exceptionmessage'];

/** What the body of a refusal tells. */
export interface Refusal {
  /** Whether Lucca itself has answered: its refusals are JSON, or nothing but their status. */
  isLuccas: boolean;
  /** Whether the connection broke before all of it was there. */
  isCut?: true;
  /** In one line, to be put after the status. */
  text: string;
}

/**
 * What is said of a refused request: the parts of RFC 9457 problem details that people read, and Lucca's messages by
 * field, whatever their form. A body in any other form isn't quoted: who knows what it holds.
 */
export function describeRefusal(body: string, redact: (value: string) => string): Refusal {
  if (body.trim() === '') return { isLuccas: true, text: 'without problem details' };
  const document = parseJson(body);
  if (document === undefined) return { isLuccas: false, text: `with ${formOf(body)}` };
  if (!isTelling(document)) return { isLuccas: false, text: 'with JSON that tells nothing' };
  // So that no key is cut through before it is found.
  const text = reasons(document)
    .join('; ')
    .replaceAll(unprintable, ' ')
    .slice(0, 2 * longestText);
  const told = redact(text).slice(0, longestText).replace(/\.$/, '');
  return { isLuccas: true, text: told === '' ? 'without problem details' : `saying: ${told}` };
}

/** Whether a document may hold a reason, and can be searched for it. */
const isTelling = (document: unknown) =>
  typeof document === 'string' ||
  (typeof document === 'object' &&
    document !== null &&
    isShallow(document) &&
    !(Array.isArray(document) && document.length === 0));

/** White space, and what would write elsewhere on a terminal or change the order of what stands there. */
const unprintable = /[\s\p{Cc}\p{Cf}]+/gu;

/** The texts of a document that are reasons. */
function reasons(document: unknown): string[] {
  if (typeof document === 'string') return document === '' ? [] : [document];
  if (Array.isArray(document))
    return document.flatMap((entry) => (typeof entry === 'object' ? reasons(entry) : []));
  if (typeof document !== 'object' || document === null) return [];
  const fields = new Map(
    Object.entries(document).map(([name, value]) => [name.toLowerCase(), value as unknown]),
  );
  const errors = fields.get('errors');
  const byField = typeof errors === 'object' && errors !== null ? Object.entries(errors) : [];
  return [
    ...reasonFields.flatMap((name) => reasons(fields.get(name))),
    ...byField.map(([field, messages]) => `${field}: ${messageText(messages)}`),
  ];
}

const messageText = (messages: unknown): string =>
  [messages]
    .flat()
    .map((message) => (typeof message === 'string' ? message : JSON.stringify(message)))
    .join(' ');

const formOf = (body: string) => (/^\s*<|<html/i.test(body.slice(0, 1000)) ? 'a web page' : 'text');
