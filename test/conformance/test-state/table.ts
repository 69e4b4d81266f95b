import type { Inquiry, Verdict } from './ask.ts';
import type { Steps } from './steps.ts';

const kinds = ['same', 'different', 'not sent'] as const;

/** What came of an inquiry: a line for each state, the differences, and the figures. */
export function tableOf({ steps, missing }: Steps, { verdicts, calls, repeated }: Inquiry): string {
  const states = Map.groupBy(verdicts, stateOf);
  const width = Math.max(5, ...[...states.keys()].map((state) => state.length));
  const rows = [...states].map(([state, of]) => {
    const notCompared = new Set(of.flatMap((verdict) => verdict.notCompared));
    return row(
      state.padEnd(width),
      kinds.map((kind) => count(of, kind)),
      [...notCompared].join(', '),
    );
  });
  return [
    row('state'.padEnd(width), kinds, 'not compared'),
    ...rows,
    '',
    ...verdicts.filter(({ verdict }) => verdict === 'different').flatMap(describe),
    ...missing.map((part) => `Not shown by any step: ${part}`),
    `${verdicts.length} of ${steps.length} steps: ${kinds.map((kind) => `${count(verdicts, kind)} ${kind}`).join(', ')}`,
    `${calls} calls of TestState, ${repeated} of them sent again by the SDK`,
    '',
  ].join('\n');
}

const row = (state: string, figures: readonly (number | string)[], rest: string) =>
  `${state}${figures.map((figure) => String(figure).padStart(11)).join('')}  ${rest}`.trimEnd();

const count = (verdicts: readonly Verdict[], wanted: Verdict['verdict']) =>
  verdicts.filter(({ verdict }) => verdict === wanted).length;

const stateOf = ({ step }: Verdict) => `${step.machine}: ${step.attempt.state}`;

/** A difference, with what it takes to look at it. */
function describe(verdict: Verdict): string[] {
  const { attempt } = verdict.step;
  const { outcome, retrier } = attempt;
  const happened = 'error' in outcome ? ` after ${outcome.error}` : '';
  const retries = retrier === undefined ? '' : `, tried again ${retrier.retries} times before`;
  return [
    `${stateOf(verdict)}, ${outcome.status} here${happened}${retries}`,
    ...verdict.differences.map((difference) => `  ${shorten(difference, 600)}`),
    `  with the input ${shorten(JSON.stringify(attempt.input), 300)}`,
    '',
  ];
}

const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);
