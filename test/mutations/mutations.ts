/** A way to break the product. */
export interface Mutation {
  /** What goes wrong with it. */
  name: string;
  file: string;
  /** A text that stands in the file exactly once. */
  from: string;
  to: string;
}

const mutation = (name: string, file: string, from: string, to: string): Mutation => ({
  name,
  file,
  from,
  to,
});

// prettier-ignore
export const mutations: readonly Mutation[] = [
  // The lease
  mutation('the lease is taken whoever has it', 'lib/workflows/steps/lease.ts', ' OR expiresAt < :now', ' OR expiresAt < :now OR acquiredAt <= :now'),
  mutation('a lease never expires', 'lib/workflows/steps/lease.ts', " OR expiresAt < :now'", " OR (expiresAt < :now AND acquiredAt > :now)'"),
  mutation('an execution is not let in by its own lease', 'lib/workflows/steps/lease.ts', ' OR executionArn = :executionArn OR', ' OR (executionArn = :executionArn AND acquiredAt > :now) OR'),
  mutation('a lease is given back whoever has it', 'lib/workflows/steps/lease.ts', "'executionArn = :executionArn' +", "'attribute_exists(executionArn)' +"),
  mutation('the lease is not given back after a failure', 'lib/workflows/export/workflow.ts', 'exportUnderLease.addCatch(release)', 'exportUnderLease.addCatch(failure)'),
  mutation('a lease that cannot be given back fails the export', 'lib/workflows/export/workflow.ts', "release.addCatch(exported, { outputs: '{% $states.input %}' }).next", 'release.next'),
  mutation('a stopped export keeps the lease', 'lib/lease-table.ts', "'ABORTED', 'TIMED_OUT', 'FAILED'", "'TIMED_OUT', 'FAILED'"),
  mutation('an export that timed out keeps the lease', 'lib/lease-table.ts', "'ABORTED', 'TIMED_OUT', 'FAILED'", "'ABORTED', 'FAILED'"),
  mutation('the lease is released while a function may still run', 'lib/workflows/release/workflow.ts', 'Duration.seconds(functionSeconds)', 'Duration.seconds(0)'),
  mutation('a redriven export loses its new lease', 'lib/workflows/release/workflow.ts', "{ acquiredUntil: '{% $string($states.input.stoppedAt) %}' }", '{}'),
  mutation('a report is created again without the lease', 'lib/workflows/export/report.ts', 'recreationStates(scope, renewLease)', 'recreationStates(scope, createReport)'),
  mutation('the lease expires before its owner has ended', 'lib/workflows/run-times.ts', 'leaseExpiry: longestRun + functionSeconds', 'leaseExpiry: longestRun'),
  mutation('waiting for the lease ends early', 'lib/workflows/run-times.ts', '2 * longestHold;', '0.1 * longestHold;'),
  mutation('a held lease fails the export at once', 'lib/workflows/export/workflow.ts', '.addRetry(leaseHeld(times.leaseWait))', '.addRetry(heldByAnother)'),

  // Retries and catches
  mutation('an invalid input is retried', 'lib/workflows/retry-policies.ts', "    'Lambda.ServiceException',\n", "    'Lambda.ServiceException',\n    'InvalidRequestError',\n"),
  mutation('a request that Lucca rejects is retried', 'lib/workflows/retry-policies.ts', "ours('LuccaUnavailableError', 'AwsUnavailableError')", "ours('LuccaUnavailableError', 'AwsUnavailableError', 'LuccaRejectedError')"),
  mutation('failures of Lucca are final', 'lib/workflows/retry-policies.ts', "ours('LuccaUnavailableError', 'AwsUnavailableError')", "ours('AwsUnavailableError')"),
  mutation('failures of S3 and Secrets Manager are final', 'lib/workflows/retry-policies.ts', "ours('LuccaUnavailableError', 'AwsUnavailableError')", "ours('LuccaUnavailableError')"),
  mutation('a crash of a function is final', 'lib/workflows/retry-policies.ts', "    'Runtime.ExitError',\n", ''),
  mutation('a time-out of a function is final', 'lib/workflows/retry-policies.ts', "    'Sandbox.Timedout',\n", ''),
  mutation('a throttled function is final', 'lib/workflows/retry-policies.ts', "    'Lambda.TooManyRequestsException',\n", ''),
  mutation('a page instead of a file is final', 'lib/workflows/export/files.ts', 'storeFile.addRetry(unexpectedAnswer);', ''),
  mutation('a failing call of S3 or DynamoDB is final', 'lib/workflows/retry-policies.ts', "errors: ['States.TaskFailed', 'States.Timeout'],\n  interval: Duration.seconds(2),\n  backoffRate: 2,\n  maxDelay: Duration.minutes(1),\n  maxAttempts: 6,", "errors: ['States.TaskFailed', 'States.Timeout'],\n  interval: Duration.seconds(2),\n  backoffRate: 2,\n  maxDelay: Duration.minutes(1),\n  maxAttempts: 0,"),
  mutation('a 429 is not waited for', 'lib/workflows/steps/invoke.ts', "errors: ['RateLimitedError' satisfies ErrorName],", "errors: ['ReportTimedOutError' satisfies ErrorName],"),
  mutation('an outage while polling is final', 'lib/workflows/export/report.ts', ".addCatch(waitForReport, { errors: ['LuccaUnavailableError' satisfies ErrorName] })", ''),
  mutation('an announcement that fails ends the export', 'lib/workflows/export/endings.ts', "    .addCatch(reportExported, { outputs: '{% $states.input %}' })\n", ''),

  // The report
  mutation('a report that vanished is not created again', 'lib/workflows/export/report.ts', 'const mostReplacements = 3;', 'const mostReplacements = 0;'),
  mutation('a report that vanished is created again without end', 'lib/workflows/export/report.ts', 'const mostReplacements = 3;', 'const mostReplacements = 3000;'),
  mutation('a report that failed is not created again', 'lib/workflows/export/report.ts', 'const mostRegenerations = 1;', 'const mostRegenerations = 0;'),
  mutation('a report is downloaded while it is pending', 'lambdas/check-report.ts', 'return { status };', "return { status: status === 'pending' ? 'done' : status };"),
  mutation('a vanished report on download is final', 'lib/workflows/export/files.ts', 'storeFiles.addCatch(recreate, reportIsGone)', 'storeFiles'),
  mutation('polling has no end', 'lambdas/check-report.ts', "if (status === 'pending' && isLast)", "if (status === 'pending' && isLast && input.reportId < 0)"),
  mutation('polling gives up early', 'lambdas/check-report.ts', 'Date.parse(input.now) >= Date.parse(input.deadline)', 'Date.parse(input.now) + 14_000_000 >= Date.parse(input.deadline)'),
  mutation('polling takes no pause', 'lib/workflows/run-times.ts', 'export const pollSeconds = 10;', 'export const pollSeconds = 1;'),
  mutation('a lost template is final', 'lib/workflows/export/under-lease.ts', "errors: ['TemplateNotFoundError' satisfies ErrorName],", "errors: ['BatchFailedError' satisfies ErrorName],"),
  mutation('a template is created for every export', 'lambdas/ensure-template.ts', 'templateId !== undefined && templateId !== input.lostTemplateId', 'templateId !== undefined && templateId === input.lostTemplateId'),

  // Files
  mutation('the formats are swapped', 'lambdas/lucca/client.ts', '${formats[format].download}`', "${formats[format === 'csv' ? 'excel' : 'csv'].download}`"),
  mutation('the Content-Length is ignored', 'lambdas/report-file/download.ts', '    checkLength(answer, bytes);\n', ''),
  mutation('a page passes for a file', 'lambdas/report-file/sniff.ts', "if (/^<[a-z!?]/i.test(start)) return 'html';", ''),
  mutation('an empty file passes', 'lambdas/report-file/sniff.ts', "if (start === '') return 'empty';", "if (start === '') return 'text';"),
  mutation('JSON passes for a file', 'lambdas/report-file/sniff.ts', "/^(\\{\\s*[\"}]|\\[\\s*[[{\"\\]])/.test(start) || parseJson(start) !== undefined", 'false'),
  mutation('the sha256 is of the first piece', 'lambdas/report-file/download.ts', 'hash.update(piece);', 'if (bytes === 0) hash.update(piece);'),
  mutation('the header counts as a row', 'lambdas/report-file/row-count.ts', 'records - 1', 'records'),
  mutation('a line break in quotes ends a row', 'lambdas/report-file/csv-records.ts', 'opening[border.charCodeAt(0)] = quoted;', 'opening[border.charCodeAt(0)] = unquoted;'),
  mutation('rows are counted where the header misleads', 'lambdas/report-file/csv-records.ts', 'opening[other.charCodeAt(0)] = nobodyKnows;', 'opening[other.charCodeAt(0)] = unquoted;'),
  mutation('rows are counted where lines end in several ways', 'lambdas/report-file/csv-records.ts', ' || areMixed(breaks)', ''),
  mutation('a line that names the delimiter counts as a row', 'lambdas/report-file/csv-dialect.ts', 'separatorLine.length * ', '0 * '),
  mutation('two templates share a folder', 'lambdas/shared/object-keys.ts', "'{tenant}/template={templateId}/{period}'", "'{tenant}/template/{period}'"),
  mutation('two periods share a folder', 'lambdas/shared/object-keys.ts', "'{tenant}/template={templateId}/{period}'", "'{tenant}/template={templateId}/period'"),
  mutation('metadata names no report', 'lambdas/store-file.ts', "'report-id': String(input.reportId),", "'report-id': '0',"),
  mutation('an upload that fails is left', 'lambdas/report-file/upload.ts', 'queueSize: 1,', 'queueSize: 1,\n    leavePartsOnError: true,'),

  // Lucca's API
  mutation('a replaced key is not read again', 'lambdas/aws/api-key.ts', 'cached !== undefined && !options.fresh', 'cached !== undefined'),
  mutation('the key of one tenant is given to another', 'lambdas/aws/api-key.ts', 'cache.get(secretArn)', 'cache.values().next().value'),
  mutation('the key shows up in a message', 'lambdas/lucca/http.ts', "text.replaceAll(key, '[API key]')", 'text'),
  mutation('a stalled download is waited for without end', 'lambdas/lucca/body.ts', 'return await withTimeout(stall,', 'return await withTimeout(stall * 1e6,'),
  mutation('an unanswered request is waited for without end', 'lambdas/lucca/http.ts', 'withTimeout(connection.timeouts.response,', 'withTimeout(connection.timeouts.response * 1e6,'),
  mutation('the rest of an unwanted answer is left unread', 'lambdas/lucca/body.ts', '    await reader.cancel().catch(() => {});\n', ''),
  mutation('the refused answer is left unread', 'lambdas/lucca/http.ts', '    await response.body?.cancel();\n', ''),
  mutation('a redirect is followed', 'lambdas/lucca/http.ts', "redirect: 'error'", "redirect: 'follow'"),
  mutation('5xx is final', 'lambdas/lucca/http.ts', 'status === 408 || status >= 500', 'status === 408'),
  mutation('Retry-After is ignored', 'lambdas/lucca/retry-after.ts', 'return Math.min(Number(header), Number.MAX_SAFE_INTEGER);', 'return 0;'),
  mutation('dates are not sent', 'lambdas/create-report.ts', 'lucca.createReport({ templateId, startsOn, endsOn })', 'lucca.createReport({ templateId, startsOn: null, endsOn: null })'),

  // Batches and schedules
  mutation('a batch makes several exports at a time', 'lib/workflows/batch/items.ts', 'maxConcurrency: 1,', 'maxConcurrency: 10,'),
  mutation('a failing export ends the batch', 'lib/workflows/batch/items.ts', 'exportItem.addCatch(describeItem, {', "exportItem.addCatch(describeItem, { errors: ['States.Timeout'],"),
  mutation('a batch hides failures', 'lib/workflows/batch/workflow.ts', "'{% $states.input.failed = 0 %}'", "'{% true %}'"),
  mutation('a dry run exports', 'lib/workflows/batch/workflow.ts', "'{% $plan.dryRun %}'", "'{% false %}'"),
  mutation('what was exported is exported again', 'lambdas/batch/plan.ts', 'skipExisting && manifest', 'false && manifest'),
  mutation('an occurrence that is delivered twice is exported twice', 'lib/workflows/expressions.ts', "& '-' & $replace($states.input.scheduledTime, ':', '-')", "& '-' & $string($random())"),
  mutation('a second delivery fails', 'lib/workflows/start/workflow.ts', ".addCatch(Succeed.jsonata(scope, 'Already Started'), { errors: alreadyStarted.errors })", ''),
  mutation('a schedule forgets its time', 'lib/workflows/expressions.ts', "$merge([{'scheduledTime': $states.input.scheduledTime}, $states.input.input])", '$states.input.input'),
  mutation('periods are resolved in UTC', 'lambdas/request/period.ts', '.toZonedDateTimeISO(timeZone)', ".toZonedDateTimeISO('UTC')"),
  mutation('text of the configuration is evaluated', 'lib/workflows/export/workflow.ts', 'defaultExport: literal(defaultExport)', 'defaultExport'),
  mutation('the manifest is written before the files', 'lib/workflows/export/files.ts', 'storeFiles.addCatch(recreate, reportIsGone).next', 'storeFiles.addCatch(writeManifest, reportIsGone).next'),
];
