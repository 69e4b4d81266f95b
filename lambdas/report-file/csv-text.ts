/** What separates the fields of a CSV: which of them depends on the culture of the user whom the API key belongs to. */
export const delimiters = [';', ',', '\t', '|'];

/** A text as long as it was, with spaces in the place of each field in quotes, where delimiters are text. */
export const withoutQuoted = (text: string): string =>
  text.replaceAll(/(?<![^;,\t|\r\n])"(?:[^"]|"")*("|$)/g, (field) => ' '.repeat(field.length));

/**
 * Whether a line holds several fields, rather than a sentence, where a space stands behind each comma and semicolon, or
 * a decimal number.
 */
export const hasColumns = (line: string): boolean => /[\t|]|;(?! )|,(?![ \d])/.test(withoutQuoted(line));
