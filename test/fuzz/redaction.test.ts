import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedaction } from '../../lambdas/lucca/redaction.ts';
import { hostileText, runs } from './support.ts';

const apiKey = fc.oneof(
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.stringMatching(/^[A-Za-z0-9+/=_-]{20,60}$/).filter((key) => /([A-Za-z0-9].*){20}/.test(key)),
);

const escapeEach = (text: string, escape: (code: number) => string, only: boolean[]) =>
  Array.from(text, (character, at) =>
    only[at % only.length] === true ? escape(character.charCodeAt(0)) : character,
  ).join('');
const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');

/** How others may write a key. */
const forms: Record<string, (key: string, chance: { some: boolean[]; before: string }) => string> = {
  'as it is': (key) => key,
  'in lower case': (key) => key.toLowerCase(),
  'in upper case': (key) => key.toUpperCase(),
  'without hyphens': (key) => key.replaceAll('-', ''),
  'in braces and with other hyphens': (key) => `{${key.replaceAll('-', '‑')}}`,
  'with blanks in between': (key) => key.replaceAll(/(.{4})/g, '$1 '),
  'escaped as in a URL': (key, { some }) => escapeEach(key, (code) => `%${hex(code, 2)}`, some),
  'escaped as in JSON': (key, { some }) => escapeEach(key, (code) => `\\u${hex(code, 4)}`, some),
  'escaped as in HTML': (key, { some }) => escapeEach(key, (code) => `&#${code};`, some),
  'escaped as in XML': (key, { some }) => escapeEach(key, (code) => `&#x${hex(code, 2)};`, some),
  'in Base64': (key, { before }) => Buffer.from(`${before}${key}"`).toString('base64'),
  'in Base64 for URLs': (key, { before }) => Buffer.from(`${before}${key}}`).toString('base64url'),
  'in lower case and Base64': (key, { before }) => Buffer.from(before + key.toLowerCase()).toString('base64'),
  'in hexadecimal': (key) => Buffer.from(key).toString('hex'),
  'cut in its middle': (key) => key.slice(0, -2),
  'cut at its start': (key) => key.slice(2),
};

/** As long as what is quoted of others. */
const beside = hostileText.map((text) => text.slice(0, 300));

const lettersOf = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, '');

test.each(Object.keys(forms))('a key is found %s, wherever it stands', (form) => {
  const some = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });
  const before = fc.constantFrom('', 'a', 'ab', 'lucca application=', 'key: ');
  fc.assert(
    fc.property(apiKey, beside, beside, some, before, (key, start, end, some, before) => {
      const written = forms[form]!(key, { some, before });
      const redacted = createRedaction(key)(`${start} ${written} ${end}`);
      expect(redacted).toContain('[API key]');
      // No piece of it either, where its letters are written as such.
      const pieces = Array.from({ length: Math.max(0, written.length - 15) }, (_, at) =>
        written.slice(at, at + 16),
      );
      const isPlain = !/Base64|escaped/.test(form);
      const left = pieces.filter((piece) => redacted.includes(piece) && lettersOf(piece).length >= 8);
      expect(isPlain ? left.filter((piece) => !`${start} ${end}`.includes(piece)) : []).toEqual([]);
    }),
    runs(15),
  );
});

test('a text without the key stays as it is', () => {
  fc.assert(
    fc.property(fc.uuid(), hostileText, (key, text) => {
      expect(createRedaction(key)(text)).toBe(text);
    }),
    runs(50),
  );
});

test('what is beside a key stays', () => {
  const redact = createRedaction('5F0C2A1E-77AA-4B1C-9D3E-000000C0FFEE');
  expect(redact('Key 5f0c2a1e-77aa-4b1c-9d3e-000000c0ffee is unknown, twice 5f0c2a1e77aa.')).toBe(
    'Key [API key] is unknown, twice [API key].',
  );
});
