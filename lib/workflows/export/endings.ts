import { Choice, Condition, Fail, type IChainable, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Tenant } from '../../../lambdas/shared/contract.ts';
import { addedToInput, periodText, readableCause } from '../expressions.ts';
import { field } from '../jsonata.ts';
import type { AlertTarget } from '../resources.ts';
import { alert } from '../steps/alert.ts';
import { aboutExecution, announce } from '../steps/announce.ts';

/** The end of an export that succeeded, whose input is the export's output. */
export function successStates(scope: Construct): IChainable {
  return announce(scope, 'Announce Export', {
    comment: 'Tells EventBridge what was exported: the output, as an event.',
    detailType: 'Report Exported',
    detail: '{% $states.input %}',
    next: Succeed.jsonata(scope, 'Report Exported'),
  });
}

/** What is known of a request that wasn't resolved, for the end of an export that failed. */
export const unresolvedRequest = { templateId: null, startsOn: null, endsOn: null, scheduledTime: null };

/** The end of an export that failed, whose input is an error as a Catch gives it. */
export function failureStates(scope: Construct, tenant: Tenant, alerts: AlertTarget | undefined) {
  const error = '{% $states.input.Error %}';
  const cause = field(readableCause('$states.input'));
  const exportFailed = Fail.jsonata(scope, 'Export Failed', {
    comment: 'Shows the name and the cause of the error that ended the export.',
    error,
    cause,
  });
  return announce(scope, 'Announce Failure', {
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
    next: alerts === undefined ? exportFailed : alertStates(scope, tenant, alerts, exportFailed),
  });
}

function alertStates(scope: Construct, tenant: Tenant, alerts: AlertTarget, exportFailed: Fail): IChainable {
  const alertPeople = alert(scope, 'Alert About Export', {
    alerts,
    subject: `Lucca export failed: ${tenant.name}`,
    what: `The export of the Lucca tenant ${tenant.name} failed.`,
    facts: {
      Template: '$request.templateId',
      Period: periodText,
      Schedule: addedToInput('schedule'),
      'Scheduled time': '$request.scheduledTime',
    },
    error: '$states.input.Error',
    cause: readableCause('$states.input'),
    next: exportFailed,
  });
  return Choice.jsonata(scope, 'Part Of Batch?', { comment: 'Then the batch tells of it.' })
    .when(Condition.jsonata('{% $batch = null %}'), alertPeople)
    .otherwise(exportFailed);
}
