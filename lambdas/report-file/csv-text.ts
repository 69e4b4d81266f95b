/** What separates the fields of a CSV: which of them depends on the culture of the user whom the API key belongs to. */
export const delimiters = [';', ',', '\t', '|'];

/** A line without what stands in quotes, where delimiters are text. */
export const withoutQuoted = (line: string): string => line.replaceAll(/"[^"]*"/g, '');
