import * as z from 'zod';
import { exactObject } from '../../lambdas/shared/exact-object.ts';
import { describeIssues, pathText, type Place } from '../../lambdas/shared/problems.ts';
import { like, text } from './fields.ts';

const topicProblem = like(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  'the ARN of an SNS topic, such as "arn:aws:sns:eu-west-3:123456789012:on-call"',
);

const runbookProblem = like(
  /^[\w.~:/?=&@+-]{1,500}$/,
  'where a page is, without a fragment, such as "https://git.acme.example/lucca/docs/runbook.md"',
);

/** Who is told when something goes wrong. */
const schema = exactObject({
  /** E-mail addresses. Each is sent a link first, and nothing before it was followed. */
  emails: z.array(z.email()).min(1).readonly().optional(),

  /** A topic of the same account and region, whose policy lets CloudWatch publish to it. */
  topicArn: text(topicProblem).optional(),

  /**
   * Where people find the runbook, such as a page of your repository: alerts link to its sections.
   * @default 'docs/runbook.md'
   */
  runbook: text(runbookProblem).optional(),
});

/** Who is told when something goes wrong; `none`: nobody, which has to be said. */
export type AlarmSettings = Readonly<z.input<typeof schema>> | 'none';

const example = '{ emails: ["on-call@acme.example"] }, { topicArn: "arn:aws:sns:…" } or "none"';

/**
 * What is wrong with who is told.
 * @param alarms undefined: nobody has said anything
 */
export function alarmProblems(alarms: unknown, place: Place): string[] {
  const path = pathText(place);
  if (alarms === undefined) {
    return [`${path}: expected who is told of failures, ${example}, but it is missing`];
  }
  if (alarms === 'none') return [];
  const { data, error } = schema.safeParse(alarms, { reportInput: true });
  if (error !== undefined) return describeIssues(error.issues, place);
  if (data.emails !== undefined || data.topicArn !== undefined) return [];
  return [`${path}: expected ${example}, found nobody in it`];
}
