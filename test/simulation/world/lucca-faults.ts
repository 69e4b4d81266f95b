import type { Fault } from '../../../local/lucca-simulator/faults.ts';
import type { Operation } from '../../../local/lucca-simulator/simulator.ts';
import type { Chance } from '../chance.ts';
import type { FaultKind } from './faults.ts';
import { currentInvocation } from './invocation.ts';

type Happening = Fault extends infer F ? (F extends Fault ? Omit<F, 'on' | 'nth' | 'times'> : never) : never;

const outage = { group: 'unavailable', survivable: 5 };
/** Creations and downloads are tried again when something else comes. */
const page = { group: 'page', survivable: 3 };
/** While polling, whatever isn't Lucca's passes. */
const weather = { survivable: 1000 };
/** A download that is missing has its report asked for: what goes wrong there wears out the patience of the download. */
const asked = { group: 'asked by a download', survivable: 4, perExecution: true };
const vanished = { group: 'vanished', survivable: 3, perExecution: true };

const kind = (
  name: string,
  patience: Partial<FaultKind<Fault>>,
  happening: () => Happening,
): FaultKind<Fault> => ({
  kind: name,
  ...patience,
  fault: () => ({ on: 'any', ...happening() }),
});

/**
 * How a call of Lucca can go wrong.
 * @param options.rotates a replaced key is refused once already, and twice is final
 */
export function luccaFaults(
  operation: Operation,
  chance: Chance,
  { rotates }: { rotates: boolean },
): FaultKind<Fault>[] {
  const isDownload = operation.startsWith('download');
  const refused = { group: 'refused', survivable: rotates ? 0 : 1, perExecution: true };
  const isCheck = operation === 'checkReport';
  const isAsked = isCheck && currentInvocation()?.functionName === 'StoreFile';
  const unavailable = isAsked ? asked : outage;
  const wrongDocument = isAsked ? asked : isCheck ? weather : page;

  return [
    kind('5xx', unavailable, () => ({
      kind: 'status',
      status: chance.pick([408, 500, 502, 503, 504, chance.whole(500, 599)]),
      carriedOut: chance.happens(0.3),
    })),
    kind('asked to wait', { survivable: 4 }, () => ({
      kind: 'status',
      status: chance.pick([429, 503]),
      retryAfter: chance.whole(0, 90),
      retryAfterAs: chance.pick(['seconds', 'httpDate'] as const),
    })),
    kind('answer lost', unavailable, () => ({ kind: 'noAnswer' })),
    kind('cut', unavailable, () => ({ kind: 'cut' })),
    kind('stall', unavailable, () => ({ kind: 'stall' })),
    kind('slow', { survivable: 1000 }, () => ({ kind: 'slow', pauseMilliseconds: chance.whole(10, 9000) })),
    kind('refused once', refused, () => ({ kind: 'status', status: chance.pick([401, 403]) })),
    kind('refused by a page', refused, () => ({ kind: 'html', status: chance.pick([401, 403]) })),
    kind('wrong length', wrongDocument, () => ({ kind: 'wrongLength', missingBytes: chance.whole(1, 20) })),
    kind('chunked', { survivable: 1000 }, () => ({ kind: 'chunked' })),
    kind('unframed', isDownload ? { survivable: 1000 } : wrongDocument, () => ({ kind: 'unframed' })),
    kind('unframed and cut', wrongDocument, () => ({
      kind: 'unframed',
      cut: chance.pick(['closed', 'reset'] as const),
    })),
    kind('web page', wrongDocument, () => ({
      kind: 'html',
      ...(chance.happens(0.5) && { status: chance.pick([203, 302, 400, 404]) }),
    })),
    kind('other JSON', wrongDocument, () => ({ kind: 'json' })),
    kind('empty', wrongDocument, () => ({ kind: 'empty' })),
    kind('garbage', wrongDocument, () => ({ kind: 'status', status: 200, body: garbage(chance) })),
    kind('any status', {}, () => ({ kind: 'status', status: chance.whole(200, 599) })),
    kind('key echoed', {}, () => ({
      kind: 'echoKey',
      status: chance.pick([400, 401, 500]),
      form: chance.pick(['lowerCase', 'upperCase', 'bare', 'urlEncoded', 'base64'] as const),
    })),
    ...(isDownload
      ? [
          kind('partial', page, () => ({ kind: 'partial' })),
          kind('compressed', page, () => ({ kind: 'compressed', cut: chance.happens(0.5) })),
          kind('other file', page, () => ({ kind: 'otherFile', as: chance.pick(otherFiles) })),
          kind('file lags', unavailable, () => ({
            kind: 'status',
            status: chance.pick([404, 409, 410, 425]),
          })),
        ]
      : [
          kind('byte order mark', { survivable: 1000 }, () => ({ kind: 'byteOrderMark' })),
          kind('id as text', { survivable: 1000 }, () => ({ kind: 'stringId' })),
          kind('no id', {}, () => ({ kind: 'missingId' })),
        ]),
    ...(isCheck
      ? [
          kind('status of something else', wrongDocument, () => ({
            kind: 'otherStatus',
            of: chance.pick(['service', 'report'] as const),
          })),
          kind('not found yet', { survivable: 5 }, () => ({ kind: 'status', status: 404 })),
        ]
      : []),
    ...(operation === 'createTemplate'
      ? []
      : [
          kind('expired', vanished, () => ({ kind: 'expired' })),
          kind('superseded', vanished, () => ({ kind: 'superseded' })),
        ]),
    // The fate of a report is decided when it is created: one that was done stays so.
    ...(operation === 'createReport'
      ? [
          kind('generation fails', { survivable: 1, perExecution: true }, () => ({
            kind: 'generationError',
          })),
          kind('never done', {}, () => ({ kind: 'neverDone' })),
          kind('unknown status', {}, () => ({ kind: 'unknownStatus' })),
        ]
      : []),
  ];
}

const otherFiles = [
  'gzip',
  'zip',
  'base64',
  'jsonText',
  'sentence',
  'zeros',
  'cutLine',
  'pageAtEnd',
] as const;

/** Bytes that are no file: without anything that could separate fields or lines. */
const garbage = (chance: Chance): string =>
  Array.from({ length: chance.whole(1, 40) }, () => String.fromCodePoint(chance.whole(0x3a, 0x7e)))
    .join('')
    .replaceAll(';', 'x');
