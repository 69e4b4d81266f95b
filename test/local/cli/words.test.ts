import { expect, test } from 'vitest';
import { inWordsOfLaptop, reasonLine } from '../../../local/cli/words.ts';

const arn = 'arn:aws:secretsmanager:eu-west-3:000000000000:secret:LuccaReportExport-acme-ApiKey12345';

test.each([
  ['All of them are listed in s3://lucca-reports/acme/b.json', 'All of them are listed in out/acme/b.json'],
  [
    `The secret ${arn} is empty: expected an API key. Put the key in with: printf %s "$LUCCA_API_KEY" | aws secretsmanager put-secret-value --secret-id ${arn} --secret-string file:///dev/stdin`,
    'LUCCA_API_KEY is empty: expected an API key.',
  ],
  [
    `Check that it is valid, and that the secret ${arn} holds it.`,
    'Check that it is valid, and that LUCCA_API_KEY holds it.',
  ],
  [
    'Check that it is valid, and that the secret holds it.',
    'Check that it is valid, and that LUCCA_API_KEY holds it.',
  ],
  ['The secretary is ill.', 'The secretary is ill.'],
])('%s', (text, expected) => {
  expect(inWordsOfLaptop(text, 'out')).toBe(expected);
});

test.each([
  [
    'a function’s message',
    '{"errorType":"LuccaUnavailableError","errorMessage":"no answer\\nat all","trace":[]}',
    'no answer',
  ],
  ['what a service says', 'The bucket is gone.', 'The bucket is gone.'],
  ['JSON of another kind', '{"ExecutionArn":"a"}', '{"ExecutionArn":"a"}'],
  ['null', 'null', 'null'],
  ['nothing but the name', undefined, 'States.Timeout'],
  ['an empty cause', '', 'States.Timeout'],
])('the reason is the first line of %s', (_, cause, reason) => {
  expect(reasonLine('States.Timeout', cause)).toBe(reason);
});
