import type { TestStateCommandInput, TestStateCommandOutput } from '@aws-sdk/client-sfn';
import { type Comparison, compareAnswer } from './compare-answer.ts';
import type { Pace } from './pace.ts';
import { requestOf, whyNotSent } from './request.ts';
import type { Step } from './step.ts';

export interface Verdict extends Comparison {
  step: Step;
  verdict: 'same' | 'different' | 'not sent';
}

export interface Inquiry {
  /** In the order of the steps; those that nobody asked about any more are missing. */
  verdicts: Verdict[];
  /** Requests, those too that the SDK sent again. */
  calls: number;
  repeated: number;
  /** Why it ended early. */
  failure?: Error;
}

export interface InquiryOptions {
  send: (request: TestStateCommandInput, signal: AbortSignal) => Promise<TestStateCommandOutput>;
  pace: Pace;
  /** Ends the inquiry early. */
  signal: AbortSignal;
  onVerdict?: (verdict: Verdict) => void;
}

/** What AWS says about a request itself: about anything else, the next request would be told the same. */
const refusals = new Set(['ValidationException', 'InvalidDefinition', 'InvalidExecutionInput', 'InvalidArn']);

/** Asks AWS about every step, those that wait first, and compares its answers. Resolves however it ends. */
export async function askAbout(steps: readonly Step[], options: InquiryOptions): Promise<Inquiry> {
  const { pace, signal, onVerdict = () => {} } = options;
  const inquiry: Inquiry = { verdicts: [], calls: 0, repeated: 0 };
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const verdicts = new Map<Step, Verdict>();

  const conclude = (verdict: Verdict) => {
    verdicts.set(verdict.step, verdict);
    onVerdict(verdict);
  };
  const count = ({ attempts = 1 }: { attempts?: number | undefined } = {}) => {
    inquiry.calls += attempts;
    inquiry.repeated += attempts - 1;
    if (attempts > 1) pace.slowDown();
  };
  const ask = async (step: Step) => {
    try {
      const { $metadata, ...answer } = await options.send(requestOf(step), stop);
      count($metadata);
      const comparison = compareAnswer(step, answer);
      conclude({ step, ...comparison, verdict: comparison.differences.length === 0 ? 'same' : 'different' });
    } catch (thrown) {
      const error = thrown as Error & { $metadata?: { attempts?: number } };
      count(error.$metadata);
      if (stop.aborted) return;
      if (refusals.has(error.name)) {
        const refused = `AWS refuses the request: ${error.name}: ${error.message}`;
        conclude({ step, verdict: 'different', differences: [refused], notCompared: ['everything'] });
        return;
      }
      inquiry.failure = error;
      ended.abort();
    }
  };

  const underWay: Promise<void>[] = [];
  for (const step of steps.toSorted((a, b) => (b.attempt.seconds ?? 0) - (a.attempt.seconds ?? 0))) {
    const reason = whyNotSent(step);
    if (reason !== undefined) {
      conclude({ step, verdict: 'not sent', differences: [], notCompared: [`everything: ${reason}`] });
      continue;
    }
    await pace.turn(stop).catch(() => {});
    if (stop.aborted) break;
    underWay.push(ask(step));
  }
  await Promise.all(underWay);
  return { ...inquiry, verdicts: steps.flatMap((step) => verdicts.get(step) ?? []) };
}
