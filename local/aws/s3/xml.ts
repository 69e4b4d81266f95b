const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** An element around text. */
export function element(name: string, text: string): string {
  return `<${name}>${escape(text)}</${name}>`;
}

/** A whole answer, of elements. */
export function document(name: string, content: readonly string[]): string {
  const namespace = name === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${content.join('')}</${name}>`;
}

/** The inner XML of every element of that name. Enough for S3's flat requests: no attributes, no nesting. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map((match) => match[1] ?? '');
}

/** The text of the first element of that name. */
export function textOf(xml: string, name: string): string | undefined {
  const inner = elements(xml, name)[0];
  return inner === undefined ? undefined : unescape(inner.trim());
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

function unescape(text: string): string {
  const named = Object.entries(entities).toReversed();
  const plain = text.replaceAll(/&#(\d{1,5});/g, (_, code: string) => String.fromCodePoint(Number(code)));
  return named.reduce((result, [character, entity]) => result.replaceAll(entity, character), plain);
}
