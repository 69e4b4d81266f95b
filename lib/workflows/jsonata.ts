/** A JSONata expression as the value of a state's field. */
export type JsonataField = `{%${string}%}`;

/**
 * JSONata that is longer than a line, folded into one. What is put in is JSONata as well, and a backslash is JSONata's
 * own.
 */
export const jsonata = (texts: TemplateStringsArray, ...inserted: (string | number)[]): string =>
  String.raw(texts, ...inserted)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');

/** An expression as the value of a field. */
export const field = (expression: string): JsonataField => `{% ${expression} %}`;

/**
 * A value as JSON has it, whose texts mean nothing in a definition. Step Functions takes a text for an expression that
 * begins with `{%` and ends with `%}`, and refuses one that does only one of both; CloudFormation looks for parameters
 * in `${}`. Instead of such a text there is an expression that gives it, and has neither in it.
 */
export const literal = <Value>(value: Value): Value =>
  JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' && /^\{%|%\}$|\$\{/.test(inner) ? field(stringLiteral(inner)) : inner,
  ) as Value;

const stringLiteral = (text: string) =>
  JSON.stringify(text)
    .replaceAll('%', String.raw`\u0025`)
    .replaceAll('$', String.raw`\u0024`);

/** What a function is given: a value or an expression for every field of its input. */
export type Payload<Input> = { readonly [Name in keyof Input]-?: Input[Name] | JsonataField };
