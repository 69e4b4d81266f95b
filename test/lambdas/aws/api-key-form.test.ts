import { expect, test } from 'vitest';
import { apiKeyProblem } from '../../../lambdas/aws/api-key-form.ts';

test.each([
  '5b9a1c5e-7d35-4c39-9d0c-0c6a8d0f3f11',
  'dGhlIGtleSBpcyBoZXJl==',
  "it's",
  '  first-key\t',
  'first-key\r\n',
  '\uFEFFfirst-key',
])('%j is an API key', (text) => {
  expect(apiKeyProblem(text)).toBeUndefined();
});

const placeholder = '{"placeholder":"replace all of this with the API key","unused":"kept-hidden"}';

test.each<[string, string, RegExp]>([
  ['nothing', '', /^is empty/],
  ['blanks', ' \n', /^is empty/],
  ['the ellipsis of an example', '…', /placeholder/],
  ['three dots', '...', /placeholder/],
  ['what a new secret holds', placeholder, /no API key yet/],
  ['what the console makes of a secret', '\n{\n "apiKey": "kept-hidden" }', /holds JSON/],
  ['double quotes', '"kept-hidden"', /holds quotes/],
  ['single quotes', "'kept-hidden'", /holds quotes/],
  ['typographic quotes', '“kept-hidden”', /holds quotes/],
  ['one quote', 'kept-hidden"', /holds quotes/],
  ['a part of the header', 'application=kept-hidden', /Authorization header/],
  ['the header', 'Authorization: Lucca application=kept-hidden', /Authorization header/],
  ['two words', 'kept-hidden kept-hidden', /blanks/],
  ['two lines', 'kept-hidden\nkept-hidden', /line breaks/],
  ['accents', 'kept-hidden-é', /ASCII/],
  ['an invisible character', '\u200Bkept-hidden', /ASCII/],
  ['a zero byte', 'kept-hidden\0', /ASCII/],
])('%s is no API key, and nothing of it is told', (_, text, problem) => {
  expect(apiKeyProblem(text)).toMatch(problem);
  expect(apiKeyProblem(text)).not.toContain('kept-hidden');
});
