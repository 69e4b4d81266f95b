/** What separates the fields of a CSV: which of them depends on the culture of the user whom the API key belongs to. */
export const delimiters = [';', ',', '\t', '|'];

/** A text as long as it was, with letters in the place of fields in quotes, where delimiters are text. */
export const withoutQuoted = (text: string): string =>
  text.replaceAll(/(?<![^;,\t|\r\n])"(?:[^"]|"")*("|$)/g, (field) => '_'.repeat(field.length));

/**
 * Whether a line without quoted fields holds several, rather than a sentence, where a space stands behind each comma and
 * semicolon, or a decimal number.
 */
export const hasColumns = (line: string): boolean => /[\t|]|;(?! )|,(?![ \d])|,\S*,/.test(line);

/** How often a delimiter separates fields in a line. */
export const countOf = (delimiter: string, line: string): number => line.split(delimiter).length - 1;
