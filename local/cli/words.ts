import { reportBucketName } from '../assembly/cloud-formation.ts';

/**
 * What the workflow says, in the words of a laptop: the bucket is a directory, and the secret is LUCCA_API_KEY.
 * @param out directory that stands for the bucket
 */
export const inWordsOfLaptop = (text: string, out: string): string =>
  text
    .replaceAll(`s3://${reportBucketName}`, () => out)
    .replaceAll(/\bthe secret( arn:aws:secretsmanager:[\w:/+=.@-]*\w|(?= holds))/gi, 'LUCCA_API_KEY')
    .replaceAll(/ [^.]*: printf .* aws secretsmanager .*$/gm, '');

/** The first line of why a task failed. A function's cause is a JSON document, as Lambda makes it. */
export function reasonLine(error: string, cause: string | undefined): string {
  const [line] = (cause === undefined ? '' : messageIn(cause)).trim().split('\n');
  return line || error;
}

function messageIn(cause: string): string {
  try {
    return (JSON.parse(cause) as { errorMessage?: string }).errorMessage ?? cause;
  } catch {
    return cause;
  }
}
