/** So many letters and digits of a key in a row are the key, or enough of it. */
const tellingLength = 8;

/**
 * Takes an API key out of texts that others wrote: some servers echo headers, and not always as they came. Found are
 * the key and its pieces in any case, with anything but letters and digits in between, escaped as in URLs, JSON or
 * HTML, and in Base64 or hexadecimal.
 */
export function createRedaction(key: string): (text: string) => string {
  return (text) => {
    const needles = [bare(key), ...encodings(key)].filter((needle) => needle !== '');
    const letters = read(text);
    const haystack = letters.map(({ letter }) => letter).join('');
    const places = needles
      .flatMap((needle) => occurrences(haystack, needle))
      .map(([from, to]) => [letters[from]!.from, letters[to - 1]!.to] as const);
    return cut(text, places);
  };
}

/** The letters and digits of a text. Without case: servers normalise. */
const bare = (text: string) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The key as others may write it, wherever in a group of three bytes Base64 has it begin. */
function encodings(key: string): string[] {
  const encoded = [key, key.toLowerCase(), key.toUpperCase()].flatMap((written) => [
    Buffer.from(written).toString('hex'),
    // Characters that hold bits of what stands before or after the key are left out.
    ...[0, 1, 2].map((before) =>
      Buffer.from(' '.repeat(before) + written)
        .toString('base64')
        .replace(/=+$/, '')
        .slice(before === 0 ? 0 : before + 1, -1),
    ),
  ]);
  return encoded.map(bare).filter((text) => text.length >= tellingLength);
}

/** A letter or digit, and where in a text it is written. */
interface Letter {
  letter: string;
  from: number;
  to: number;
}

const characters = /%([0-9a-f]{2})|\\u([0-9a-f]{4})|&#x([0-9a-f]{1,5});|&#([0-9]{1,6});|[\s\S]/giu;

function read(text: string): Letter[] {
  return [...text.matchAll(characters)].flatMap(({ 0: written, index: from, ...escapes }) => {
    const hexadecimal = escapes[1] ?? escapes[2] ?? escapes[3];
    const code = hexadecimal === undefined ? Number(escapes[4]) : Number.parseInt(hexadecimal, 16);
    const character = Number.isNaN(code) ? written : String.fromCodePoint(code);
    const to = from + written.length;
    return bare(character)
      .split('')
      .map((letter) => ({ letter, from, to }));
  });
}

/** Where a text holds pieces of the needle that tell it. */
function occurrences(haystack: string, needle: string): [from: number, to: number][] {
  const length = Math.min(tellingLength, needle.length);
  const found: [number, number][] = [];
  for (let start = 0; start + length <= needle.length; start++) {
    const piece = needle.slice(start, start + length);
    for (let at = haystack.indexOf(piece); at !== -1; at = haystack.indexOf(piece, at + 1)) {
      found.push([at, at + length]);
    }
  }
  return found;
}

/** A text without these places, one mark in the stead of those that overlap. */
function cut(text: string, places: (readonly [from: number, to: number])[]): string {
  let result = '';
  let end = 0;
  for (const [from, to] of places.toSorted(([a], [b]) => a - b)) {
    if (from >= end) result += `${text.slice(end, from)}[API key]`;
    end = Math.max(end, to);
  }
  return result + text.slice(end);
}
