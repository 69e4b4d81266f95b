import type { Execution } from '../../../local/aws/step-functions/step-functions.ts';
import type { Strike } from '../world/faults.ts';
import type { Outcome } from '../run.ts';
import type { Start } from '../scenario.ts';

/** What can be behind an error, and what its cause must say. */
interface Explanation {
  error: RegExp;
  cause: RegExp;
  /** Whether what befell the execution, or its tenant, can have led to it. */
  because: (befallen: Befallen) => boolean;
}

interface Befallen {
  strikes: readonly Strike[];
  start: Start | undefined;
  rotated: boolean;
  /** Reports may take longer, or live shorter, than the export needs. */
  slow: boolean;
  shortLived: boolean;
  redriven: boolean;
  outcome: Outcome;
}

const struck =
  (boundary: Strike['boundary'], kind: RegExp = /./) =>
  ({ strikes }: Befallen) =>
    strikes.some((strike) => strike.boundary === boundary && kind.test(strike.kind));

const longOutage =
  (boundary: Strike['boundary']) =>
  ({ outcome }: Befallen) =>
    outcome.scenario.weather.outages.some(
      (outage) => outage.boundary === boundary && outage.to - outage.from > 1500,
    );

const lucca = (kind?: RegExp) => struck('Lucca', kind);
const isWrong = ({ start }: Befallen) => start?.wrong === true;
const either =
  (...reasons: Explanation['because'][]) =>
  (befallen: Befallen) =>
    reasons.some((reason) => reason(befallen));
const rotated = (befallen: Befallen) => befallen.rotated;
const redriven = (befallen: Befallen) => befallen.redriven;
const always = () => true;

const explanations: Explanation[] = [
  { error: /^InvalidRequestError$/, cause: /nothing was exported:\n- \S+: /, because: isWrong },
  {
    error: /^AuthenticationError$/,
    cause: /answered 40[13]\b.*check that it is valid/,
    because: either(rotated, lucca(/refused once|any status|key echoed/)),
  },
  {
    error: /^TemplateNotFoundError$/,
    cause: /answered 404\b.*check its id/,
    because: either(isWrong, rotated, lucca(/any status/)),
  },
  {
    error: /^ReportNotFoundError$/,
    cause: /answered 404\b[\s\S]*vanished: \d/,
    because: either(
      rotated,
      redriven,
      lucca(/expired|superseded|any status/),
      struck('Lambda', /twice/),
      ({ shortLived }) => shortLived,
    ),
  },
  {
    error: /^ReportGenerationFailedError$/,
    cause: /report \d+.*report \d+.*support/i,
    because: lucca(/generation fails/),
  },
  {
    error: /^ReportTimedOutError$/,
    cause: /deadline/,
    because: either(
      ({ slow }) => slow,
      redriven,
      lucca(),
      struck('Lambda'),
      struck('Secrets Manager'),
      struck('DynamoDB', /slow|stuck/),
      struck('S3', /slow|stuck/),
    ),
  },
  {
    error: /^LuccaUnavailableError$/,
    // While polling, also what something else has answered in Lucca's stead.
    cause: /^(GET|POST) https?:.* (answered|got no answer|broke off|sent another one)/,
    because: lucca(),
  },
  {
    error: /^LuccaUnreachableError$/,
    cause: /got no answer: .*ENOTFOUND/,
    because: lucca(/ENOTFOUND/),
  },
  {
    error: /^LuccaRejectedError$/,
    cause: /answered 4\d\d/,
    because: either(isWrong, lucca(/any status|key echoed/)),
  },
  {
    error: /^UnexpectedResponseError$/,
    cause: /^(GET|POST) https?:.* (answered|sent)/,
    because: lucca(),
  },
  {
    error: /^AwsUnavailableError$/,
    cause: /^(S3|Secrets Manager) .*failed with/,
    because: either(struck('S3'), struck('Secrets Manager')),
  },
  { error: /^LeaseUnavailableError$/, cause: /the same API key/, because: always },
  { error: /^BatchFailedError$/, cause: /^\d+ of \d+ exports failed:\n- /, because: someExportFailed },
  { error: /^DynamoDB\./, cause: /./, because: struck('DynamoDB') },
  { error: /^S3\./, cause: /./, because: struck('S3') },
  { error: /^(Lambda\.|Runtime\.ExitError|Sandbox\.Timedout)/, cause: /./, because: struck('Lambda') },
  // To start what a schedule asks for is tried for 50 minutes.
  { error: /^Sfn\./, cause: /./, because: longOutage('Step Functions') },
  {
    error: /^States\.Timeout$/,
    cause: /longer than it may|^$/,
    because: either(
      struck('Lambda', /no answer|start/),
      struck('S3', /no answer|slow|stuck/),
      struck('DynamoDB', /no answer|slow|stuck/),
    ),
  },
];

/** Whether an execution that failed did so with an error of the table, and a cause that fits what befell it. */
export function isExplained(execution: Execution, start: Start | undefined, outcome: Outcome): boolean {
  const { error = '', cause = '' } = execution.result as { error?: string; cause?: string };
  const befallen = whatBefell(execution, start, outcome);
  return explanations.some(
    (explanation) =>
      explanation.error.test(error) && explanation.cause.test(cause) && explanation.because(befallen),
  );
}

function whatBefell(
  { name, stateMachineArn, redriveCount }: Execution,
  start: Start | undefined,
  outcome: Outcome,
): Befallen {
  const { tenants } = outcome.scenario;
  const tenant = stateMachineArn.includes('-globex-') ? tenants.globex : tenants.acme;
  return {
    strikes: outcome.world.faults.struck.filter(({ execution }) => [name, ''].includes(execution)),
    start,
    rotated: tenant.rotation !== undefined,
    slow: tenant.generationSeconds > 1000,
    shortLived: tenant.expirySeconds < 86_400,
    redriven: redriveCount > 0,
    outcome,
  };
}

function someExportFailed({ outcome }: Befallen): boolean {
  return outcome.executions.some(
    ({ execution: { result, redriveCount } }) => result?.status !== 'SUCCEEDED' || redriveCount > 0,
  );
}
