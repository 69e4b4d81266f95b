/** What would write elsewhere on a terminal, change the order of what stands there, or not be seen. */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text that a terminal or a log shows as it is: an escape becomes `\u001B`, as in JSON. Line breaks stay. */
export const printable = (text: string): string =>
  text.replaceAll(unprintable, (character) => character.split('').map(escaped).join(''));

/** More than anybody mends at once. The cause of an execution holds 32,768 characters. */
const mostProblems = 100;

/** A heading, and the problems below it, each in a line. */
export function listed(heading: string, problems: readonly string[]): string {
  const lines = problems.slice(0, mostProblems).map((line) => `- ${line}`);
  if (problems.length > mostProblems) lines.push(`- and ${problems.length - mostProblems} more`);
  return [heading, ...lines].join('\n');
}

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
