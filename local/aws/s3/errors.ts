/** The errors this stand-in answers with, by S3's own codes. */
const statuses = {
  AccessDenied: 403,
  BadDigest: 400,
  EntityTooSmall: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRequest: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  XAmzContentSHA256Mismatch: 400,
} as const;

/** A refusal, thrown anywhere below a request and answered as XML. */
export class S3Error extends Error {
  override name = 'S3Error';
  code: string;
  status: number;

  constructor(code: keyof typeof statuses, message: string) {
    super(message);
    this.code = code;
    this.status = statuses[code];
  }
}

export function notImplemented(what: string): S3Error {
  return new S3Error('NotImplemented', `This stand-in does not implement ${what}.`);
}

const diskErrors = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT', 'ELOOP']);

/** What the operating system says of a disk or a directory, and goes on saying until a person does something. */
export const isDiskError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && diskErrors.has(String(error.code));
