import { Fail, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Tenant } from '../../../lambdas/shared/contract.ts';
import { readableCause } from '../expressions.ts';
import { field } from '../jsonata.ts';
import { aboutExecution, announce } from '../steps/announce.ts';

/** The end of an export that succeeded, whose input is the export's output. */
export function successStates(scope: Construct): IChainable {
  const reportExported = Succeed.jsonata(scope, 'Report Exported');
  return announce(scope, 'Announce Export', {
    comment: 'Tells EventBridge what was exported: the output, as an event.',
    detailType: 'Report Exported',
    detail: '{% $states.input %}',
  })
    .addCatch(reportExported, { outputs: '{% $states.input %}' })
    .next(reportExported);
}

/** What is known of a request that wasn't resolved, for the end of an export that failed. */
export const unresolvedRequest = { templateId: null, startsOn: null, endsOn: null, scheduledTime: null };

/** The end of an export that failed, whose input is an error as a Catch gives it. */
export function failureStates(scope: Construct, tenant: Tenant) {
  const error = '{% $states.input.Error %}';
  const cause = field(readableCause('$states.input'));
  const exportFailed = Fail.jsonata(scope, 'Export Failed', {
    comment: 'Shows the name and the cause of the error that ended the export.',
    error,
    cause,
  });
  const announceFailure = announce(scope, 'Announce Failure', {
    comment: 'Tells EventBridge why nothing was exported.',
    detailType: 'Export Failed',
    detail: {
      ...aboutExecution(tenant.name),
      templateId: '{% $request.templateId %}',
      startsOn: '{% $request.startsOn %}',
      endsOn: '{% $request.endsOn %}',
      scheduledTime: '{% $request.scheduledTime %}',
      error,
      cause,
    },
  });
  announceFailure.addCatch(exportFailed, { outputs: '{% $states.input %}' }).next(exportFailed);
  return announceFailure;
}
