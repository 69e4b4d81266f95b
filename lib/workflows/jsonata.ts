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

/** What a function is given: a value or an expression for every field of its input. */
export type Payload<Input> = { readonly [Name in keyof Input]-?: Input[Name] | JsonataField };
