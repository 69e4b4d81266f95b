/** What is no API key, and what to call it. The first one that fits is told. */
const forms: [RegExp, string][] = [
  [/^$/, 'is empty: expected an API key'],
  [/^(…|\.\.\.)$/, 'holds the placeholder of an example: expected the API key in its place'],
  // What the stack fills a new secret with.
  [/^\{\s*"placeholder"/, 'holds no API key yet'],
  [/^[{[]/, 'holds JSON: expected the API key alone, without braces, names and quotes'],
  [/^["'`“”‘’«»]|["'`“”‘’«»]$/, 'holds quotes: expected the API key without them'],
  [/\bapplication\s*=/i, 'holds the Authorization header: expected only what comes after "application="'],
  [/\s/, 'holds blanks or line breaks: expected one word'],
  [/[^\x21-\x7e]/, 'holds characters that no API key has: expected one word of ASCII characters'],
];

/**
 * What is wrong with the form of an API key, blanks around it aside: what it looks like and how it should be, such as
 * `is empty: expected an API key`. Says nothing of its content.
 */
export function apiKeyProblem(text: string): string | undefined {
  return forms.find(([form]) => form.test(text.trim()))?.[1];
}
