/** What would write elsewhere on a terminal, change the order of what stands there, or not be seen. */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text that a terminal or a log shows as it is: an escape becomes `\u001B`, as in JSON. Line breaks stay. */
export const printable = (text: string): string =>
  text.replaceAll(unprintable, (character) => character.split('').map(escaped).join(''));

const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
