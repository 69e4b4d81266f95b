/** The keys of everything in the bucket. What is in braces differs from object to object. */
export const objectKeys = {
  /** Where an export's files go. `period` is `{startsOn}_{endsOn}`, or `default_{day of the export}`. */
  folder: '{tenant}/template={templateId}/{period}',
  file: '{folder}/report.{extension}',
  manifest: '{folder}/manifest.json',
  /** Remembers the id of a report template that was created from a payload. */
  templateRecord: '{tenant}/templates/{fingerprint}.json',
  /** The payload itself, which a batch keeps for its exports. */
  templatePayload: '{tenant}/template-payloads/{fingerprint}.json',
  batchReport: '{tenant}/batches/{execution}.json',
} as const;

/** What the folder of a period is called: other years would have a sign and six digits, which no ISO date of an input has. */
export const periodFolder = /^(default|\d{4}-\d\d-\d\d)_\d{4}-\d\d-\d\d$/;

type Kind = keyof typeof objectKeys;

/** What is in braces in a pattern. */
type Parts<Pattern extends string> = Pattern extends `${string}{${infer Part}}${infer Rest}`
  ? Part | Parts<Rest>
  : never;
type PartsOf<K extends Kind> = Parts<(typeof objectKeys)[K]>;

const part = /\{(\w+)\}/;

/** The key of an object. */
export function objectKey<K extends Kind>(
  kind: K,
  parts: Readonly<Record<PartsOf<K>, string | number>>,
): string {
  return replaceParts(kind, parts, String);
}

/**
 * The same as a JSONata expression.
 * @param parts an expression for each part, such as `$templateId`
 */
export function objectKeyExpression<K extends Kind>(
  kind: K,
  parts: Readonly<Record<PartsOf<K>, string>>,
): string {
  // Split at a pattern with a group, texts and names of parts take turns.
  return objectKeys[kind]
    .split(part)
    .map((text, index) => (index % 2 === 0 ? text && `'${text}'` : parts[text as PartsOf<K>]))
    .filter((text) => text !== '')
    .join(' & ');
}

/** All keys of a kind, as the policies of AWS write it: `*` stands for what isn't given. */
export function objectKeyPattern<K extends Kind>(
  kind: K,
  parts: Readonly<Partial<Record<PartsOf<K>, string>>>,
): string {
  return replaceParts(kind, parts, (value) => value ?? '*');
}

function replaceParts<Value>(
  kind: Kind,
  parts: Readonly<Partial<Record<string, Value>>>,
  textOf: (value: Value | undefined) => string,
): string {
  return objectKeys[kind].replaceAll(new RegExp(part, 'g'), (_, name: string) => textOf(parts[name]));
}

/** Where an object is, as outputs and manifests say it. */
export interface ObjectLocation {
  bucket: string;
  key: string;
  /** Such as `s3://reports/acme/…/report.csv`. */
  uri: string;
}

export const objectLocation = (bucket: string, key: string): ObjectLocation => ({
  bucket,
  key,
  uri: `s3://${bucket}/${key}`,
});

/**
 * The same as values of JSONata fields.
 * @param key an expression
 */
export const objectLocationExpression = (bucket: string, key: string): ObjectLocation => ({
  bucket,
  key: `{% ${key} %}`,
  uri: `{% 's3://${bucket}/' & ${key} %}`,
});
