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
  mutation('a page instead of a file is final', 'lib/workflows/export/files.ts', 'storeFile.addRetry(unexpectedAnswer)', 'storeFile'),
  mutation('a failing call of S3 or DynamoDB is final', 'lib/workflows/retry-policies.ts', "errors: ['States.TaskFailed', 'States.Timeout'],\n  interval: Duration.seconds(2),\n  backoffRate: 2,\n  maxDelay: Duration.minutes(1),\n  maxAttempts: 6,", "errors: ['States.TaskFailed', 'States.Timeout'],\n  interval: Duration.seconds(2),\n  backoffRate: 2,\n  maxDelay: Duration.minutes(1),\n  maxAttempts: 0,"),
  mutation('a 429 is not waited for', 'lib/workflows/steps/invoke.ts', "['RateLimitedError', 'LuccaBusyError']", "['BatchFailedError', 'LuccaBusyError']"),
  mutation('a 503 is not waited for as told', 'lib/workflows/steps/invoke.ts', "['RateLimitedError', 'LuccaBusyError']", "['RateLimitedError', 'BatchFailedError']"),
  mutation('an outage while polling is final', 'lib/workflows/export/report.ts', '[...serviceUnavailable.errors, ...functionFailed.errors]', "['BatchFailedError']"),
  mutation('an announcement that fails ends the export', 'lib/workflows/export/endings.ts', "    .addCatch(reportExported, { outputs: '{% $states.input %}' })\n", ''),

  // The report
  mutation('a report that vanished is not created again', 'lib/workflows/export/report.ts', 'const mostReplacements = 3;', 'const mostReplacements = 0;'),
  mutation('a report that vanished is created again without end', 'lib/workflows/export/report.ts', 'const mostReplacements = 3;', 'const mostReplacements = 3000;'),
  mutation('a report that failed is not created again', 'lib/workflows/export/report.ts', 'const mostRegenerations = 1;', 'const mostRegenerations = 0;'),
  mutation('a report is downloaded while it is pending', 'lambdas/check-report.ts', 'return { status };', "return { status: status === 'pending' ? 'done' : status };"),
  mutation('a vanished report on download is final', 'lib/workflows/export/files.ts', 'storeFiles.addCatch(recreate, reportIsGone)', 'storeFiles'),
  mutation('polling has no end', 'lambdas/check-report.ts', "if (status === 'pending' && ", "if (status === 'pending' && reportId < 0 && "),
  mutation('polling has no end while nobody can ask', 'lib/workflows/export/report.ts', "isBefore('$states.context.State.EnteredTime', '$reportDeadline')", "isBefore('$states.context.Execution.StartTime', '$reportDeadline')"),
  mutation('polling gives up early', 'lambdas/check-report.ts', 'Date.parse(now) >= ', 'Date.parse(now) + 14_000_000 >= '),
  mutation('polling takes no pause', 'lib/workflows/export/report.ts', 'secondsUntilCheck(pollSeconds)', 'secondsUntilCheck(1)'),
  mutation('a lost template is final', 'lib/workflows/export/under-lease.ts', "errors: ['TemplateNotFoundError' satisfies ErrorName],", "errors: ['BatchFailedError' satisfies ErrorName],"),
  mutation('a template is created for every export', 'lambdas/ensure-template.ts', 'templateId !== undefined && templateId !== input.lostTemplateId', 'templateId !== undefined && templateId === input.lostTemplateId'),

  // Files
  mutation('the formats are swapped', 'lambdas/lucca/client.ts', '${formats[format].download}`', "${formats[format === 'csv' ? 'excel' : 'csv'].download}`"),
  mutation('the Content-Length is ignored', 'lambdas/report-file/download.ts', 'announced !== null && Number(announced) !== bytes', 'announced === null && bytes < 0'),
  mutation('a page passes for a file', 'lambdas/report-file/sniff.ts', "if (/^<[a-z!?]/i.test(text)) return 'html';", ''),
  mutation('an empty file passes', 'lambdas/report-file/sniff.ts', "if (text === '') return 'empty';", "if (text === '') return 'text';"),
  mutation('JSON passes for a file', 'lambdas/report-file/sniff.ts', "if (isJson(text)) return 'json';", ''),
  mutation('a part passes for a file', 'lambdas/report-file/download.ts', 'if (answer.status !== 200)', 'if (answer.status > 299)'),
  mutation('an encoding is ignored', 'lambdas/report-file/download.ts', '/\\b(gzip|deflate|br|zstd|compress)\\b/i', '/never/'),
  mutation('a table without an end is believed', 'lambdas/report-file/download.ts', 'if (!isFramed(answer) && !check.isProof)', 'if (bytes < 0)'),
  mutation('whatever comes the second time is believed', 'lambdas/report-file/download.ts', "if (hash.digest('hex') === sha256) return;", 'if (sha256.length > 0) return;'),
  mutation('a cut workbook passes', 'lambdas/report-file/whole-xlsx.ts', 'if (names === undefined) return', 'if (names === undefined && total < 0) return'),
  mutation('any archive is a workbook', 'lambdas/report-file/whole-xlsx.ts', 'return isWorkbook ? undefined', 'return isWorkbook || total > 0 ? undefined'),
  mutation('a cut .xls file passes', 'lambdas/report-file/whole-xls.ts', 'total < (sectors + 1) * sectorBytes', 'total < 0'),
  mutation('zero bytes pass', 'lambdas/report-file/whole-text.ts', "piece.includes(0)", 'piece.byteLength < 0'),
  mutation('a line that is cut passes', 'lambdas/report-file/whole-text.ts', "if (lines.at(-1) !== '') return", "if (lines.length < 0) return"),
  mutation('a message at the end of a table passes', 'lambdas/report-file/whole-text.ts', '!isFailure(last)) return undefined', 'last.length > 0) return undefined'),
  mutation('half a table without a length passes', 'lambdas/report-file/whole-text.ts', 'if (!isFramed && ', 'if (total < 0 && '),
  mutation('UTF-16 that ends within a character passes', 'lambdas/report-file/whole-text.ts', 'total % 2 === 1', 'total < 0'),
  mutation('the first line passes for the header', 'lambdas/report-file/csv-dialect.ts', "' '.repeat(field.length)", 'field'),
  mutation('small workbooks with records of large ones are refused', 'lambdas/report-file/whole-xlsx.ts', 'tail.readUInt32LE(locator) !== locator64', 'tail.readUInt32LE(end + 16) !== 0xffffffff'),
  mutation('a message passes for a table', 'lambdas/report-file/sniff.ts', "isMessage({ text, isAll, contentType }) ? 'message'", "isMessage({ text, isAll, contentType }) ? 'text'"),
  mutation('a compressed file passes for a table', 'lambdas/report-file/sniff.ts', "['gzip', '1f8b']", "['gzip', 'ffff']"),
  mutation('Base64 passes for a table', 'lambdas/report-file/sniff.ts', "if (base64.test(text)) return 'base64';", ''),
  mutation('the polling ends at a page', 'lambdas/lucca/client.ts', 'throw isLuccas(error) ? error', 'throw isLuccas(error) || connection.deadline > 0 ? error'),
  mutation('a status of something else is believed', 'lambdas/lucca/client.ts', 'if (parsed.success && isLuccas) return', 'if (parsed.success) return'),
  mutation('an unknown status passes', 'lambdas/lucca/client.ts', 'error instanceof UnexpectedResponseError ? error.isLuccas', 'error instanceof UnexpectedResponseError ? false'),
  mutation("a refusal that broke off is Lucca's", 'lambdas/lucca/http.ts', '{ isLuccas: false, isCut: true, text', '{ isLuccas: true, text'),
  mutation('a file that lags behind is given up', 'lambdas/lucca/client.ts', "if (status === 'error') throw gone", 'throw gone'),
  mutation('a single 404 is believed', 'lib/workflows/export/report.ts', '    .addRetry(reportMissing)\n', ''),
  mutation('a page is taken for a refusal of the key', 'lambdas/lucca/refusals.ts', 'if (!refusal.isLuccas)', 'if (!refusal.isLuccas && status === 400)'),
  mutation('a poll waits past the deadline', 'lambdas/lucca/refusals.ts', 'if (request.isPoll && left > 0)', 'if (request.isPoll && left < 0)'),
  mutation('a date is compared with another clock', 'lambdas/lucca/retry-after.ts', 'Number.isNaN(answeredAt) ? now : answeredAt', 'Number.isNaN(answeredAt) ? now : now'),
  mutation('a byte order mark is no JSON', 'lambdas/shared/json.ts', ".replace(/^\\uFEFF/, '')", ''),
  mutation('the key is shown in another case', 'lambdas/lucca/redaction.ts', 'text.toLowerCase().replaceAll', 'text.replaceAll'),
  mutation('the key is shown escaped', 'lambdas/lucca/redaction.ts', 'Number.isNaN(code) ? written', 'code > 0 || Number.isNaN(code) ? written'),
  mutation('the key is shown in Base64', 'lambdas/lucca/redaction.ts', 'filter((text) => text.length >= tellingLength)', 'filter((text) => text.length < 0)'),
  mutation('pieces of the key are shown', 'lambdas/lucca/redaction.ts', 'const tellingLength = 8', 'const tellingLength = 80'),
  mutation('a period that was not over is skipped', 'lambdas/batch/manifest.ts', "dateIn(exportedAt, timeZone).toString() > endsOn", "dateIn(exportedAt, timeZone).toString() !== endsOn"),
  mutation("a simulator's figures are skipped as real ones", 'lambdas/batch/manifest.ts', 'data.simulated !== wanted.simulated', 'data.files.length < 0'),
  mutation('the sha256 is of the first piece', 'lambdas/report-file/download.ts', 'hash.update(piece);\n      check', 'if (bytes === 0) hash.update(piece);\n      check'),
  mutation('the header counts as a row', 'lambdas/report-file/row-count.ts', 'records - 1', 'records'),
  mutation('a line break in quotes ends a row', 'lambdas/report-file/csv-records.ts', 'opening[border.charCodeAt(0)] = quoted;', 'opening[border.charCodeAt(0)] = unquoted;'),
  mutation('rows are counted where the header misleads', 'lambdas/report-file/csv-records.ts', 'opening[other.charCodeAt(0)] = nobodyKnows;', 'opening[other.charCodeAt(0)] = unquoted;'),
  mutation('rows are counted where lines end in several ways', 'lambdas/report-file/csv-records.ts', ' || areMixed(breaks)', ''),
  mutation('a line that names the delimiter counts as a row', 'lambdas/report-file/csv-dialect.ts', 'bytesOf(separatorLine.length)', '0'),
  mutation('two templates share a folder', 'lambdas/shared/object-keys.ts', "'{tenant}/template={templateId}/{period}'", "'{tenant}/template/{period}'"),
  mutation('two periods share a folder', 'lambdas/shared/object-keys.ts', "'{tenant}/template={templateId}/{period}'", "'{tenant}/template={templateId}/period'"),
  mutation('metadata names no report', 'lambdas/store-file.ts', "'report-id': String(input.reportId),", "'report-id': '0',"),
  mutation('an upload that fails is left', 'lambdas/report-file/upload.ts', 'queueSize: 1,', 'queueSize: 1,\n    leavePartsOnError: true,'),

  // Lucca's API
  mutation('a replaced key is not read again', 'lambdas/aws/api-key.ts', 'cached !== undefined && !options.fresh', 'cached !== undefined'),
  mutation('the key of one tenant is given to another', 'lambdas/aws/api-key.ts', 'cache.get(secretArn)', 'cache.values().next().value'),
  mutation('the key shows up in a message', 'lambdas/lucca/http.ts', 'createRedaction(key)', '(text: string) => text'),
  mutation('a stalled download is waited for without end', 'lambdas/lucca/body.ts', 'return await withTimeout(stall,', 'return await withTimeout(stall * 1e6,'),
  mutation('an unanswered request is waited for without end', 'lambdas/lucca/http.ts', 'withTimeout(timeout,', 'withTimeout(timeout * 1e6,'),
  mutation('the rest of an unwanted answer is left unread', 'lambdas/lucca/body.ts', '    await reader.cancel().catch(() => {});\n', ''),
  mutation('the refused answer is left unread', 'lambdas/lucca/http.ts', '    await response.body?.cancel();\n', ''),
  mutation('a redirect is followed', 'lambdas/lucca/http.ts', "redirect: 'manual'", "redirect: 'follow'"),
  mutation('5xx is final', 'lambdas/lucca/refusals.ts', 'passing.has(status) || status >= 500', 'passing.has(status)'),
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
