import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { configuredTenant, luccaTarget, type LuccaTarget } from './lucca-target.ts';
import type { Json } from '../states-language/index.ts';

/** What one `npm start` is asked to do. */
export interface StartOptions {
  /** Which of the tenant's state machines to run. */
  workflow: 'export' | 'batch';
  /** The state machine's input. */
  input: Json;
  /** Directory that stands for the bucket. */
  out: string;
  json: boolean;
  /** Only tells what would be exported; calls nobody. */
  explain: boolean;
  /** Name of a tenant in `bin/config.ts`, whose settings are used. @default the first one */
  tenant?: string;
  /** The Lucca to call; undefined: the built-in simulator. */
  lucca?: LuccaTarget;
}

/** The report template that the simulator knows: the example of Lucca's guide. */
const exampleTemplateId = 42;

interface Flags {
  template?: Json;
  templateFile?: Json;
  startsOn?: string;
  endsOn?: string;
  period?: string;
  lastDays?: Json;
  offset?: Json;
  scheduledTime?: string;
  format?: string[];
  backfill?: { from: string; to: string };
  every?: string;
  skipExisting?: true;
  dryRun?: true;
  input?: Json;
  batch?: Json;
  tenant?: string;
  explain?: true;
  out: string;
  json?: true;
}

/** Options of a single export's dates. */
const dateFlags = ['startsOn', 'endsOn', 'period', 'lastDays', 'offset'];
const exportFlags = ['template', 'templateFile', ...dateFlags, 'scheduledTime', 'format'];

/**
 * Reads the command line and the environment. Only their form is judged here: dates, periods and formats are
 * judged by the workflow, as everywhere else.
 * @throws CommanderError with the exit code: 0 after --help, 2 on bad usage
 */
export function readOptions(argv: string[], environment: NodeJS.ProcessEnv): StartOptions {
  const command = new Command('npm start --')
    .description(
      'Exports timesheet reports on this machine, with the state machines and functions that AWS runs.',
    )
    .addOption(new Option('--template <id>', 'id of the report template').argParser(numberOrText))
    .addOption(
      new Option('--template-file <file>', "report template as copied from Lucca's user interface (JSON)")
        .argParser(jsonFile)
        .conflicts('template'),
    )
    .option('--starts-on <date>', 'first day of the report, such as 2026-10-01')
    .option('--ends-on <date>', 'last day of the report, included')
    .option('--period <period>', 'instead of dates: yesterday, previousWeek, currentMonth, previousMonth, …')
    .addOption(new Option('--last-days <n>', 'so many days, up to yesterday').argParser(numberOrText))
    .addOption(new Option('--offset <n>', 'so many periods further back').argParser(numberOrText))
    .option('--scheduled-time <instant>', 'what the period is relative to, such as 2026-11-02T06:00:00+01:00')
    .option('--format <format>', 'csv or excel; repeat it for both', append)
    .addOption(
      new Option('--backfill <from..to>', 'several exports, such as 2026-01..2026-06, one after the other')
        .argParser(range)
        .conflicts(dateFlags),
    )
    .addOption(
      new Option('--every <unit>', 'of a backfill: week, month (the default), quarter or year').conflicts(
        'batch',
      ),
    )
    .option('--skip-existing', 'leave out what a backfill or batch has exported already')
    .option('--dry-run', 'show what a backfill or batch would export')
    .addOption(
      new Option('--input <json>', "the raw input of an export's state machine: JSON, or @file")
        .argParser(jsonOrFile)
        .conflicts([...exportFlags, 'backfill', 'batch']),
    )
    .addOption(
      new Option('--batch <json>', "the raw input of a batch's state machine: JSON, or @file")
        .argParser(jsonOrFile)
        .conflicts([...exportFlags, 'backfill', 'every', 'skipExisting', 'dryRun']),
    )
    .option('--tenant <name>', 'a tenant of bin/config.ts: its domain, time zone and default export')
    .option('--explain', 'only tell the dates and keys, and call nobody')
    .option('--out <directory>', 'where the files go', 'exports')
    .option('--json', 'print one JSON document on stdout: the output, or {"error", "cause"}')
    .helpOption('--help', 'show this help')
    .addHelpText('after', environmentHelp)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message);
    });
  const flags = command.parse(argv, { from: 'user' }).opts<Flags>();
  const fail = (message: string): never => command.error(`error: ${message}`);
  if (flags.backfill === undefined && (flags.every ?? flags.skipExisting ?? flags.dryRun) !== undefined) {
    fail('--every, --skip-existing and --dry-run go with --backfill.');
  }
  const tenant = flags.tenant === undefined ? undefined : configuredTenant(flags.tenant, fail);
  const explain = flags.explain ?? false;
  // To explain takes no key.
  const lucca = explain ? undefined : luccaTarget(environment, tenant, fail);
  const { workflow, input } = workflowOf(flags, lucca === undefined && tenant?.defaultExport === undefined);
  return {
    ...(explain ? { workflow: 'batch', input: asPlan(workflow, input) } : { workflow, input }),
    out: flags.out,
    json: flags.json ?? false,
    explain,
    ...(tenant === undefined ? {} : { tenant: tenant.name }),
    ...(lucca === undefined ? {} : { lucca }),
  };
}

/** A dry run of a batch tells what an export would do as well. */
function asPlan(workflow: StartOptions['workflow'], input: Json): Json {
  if (workflow === 'export') return { exports: [input], dryRun: true };
  return typeof input === 'object' && input !== null && !Array.isArray(input)
    ? { ...input, dryRun: true }
    : input;
}

const environmentHelp = `
Environment:
  LUCCA_DOMAIN    the Lucca to call, such as https://acme.ilucca.net; without it, the tenant's, or a simulator
  LUCCA_API_KEY   its API key

Exit status: 0 exported, 1 the export failed, 2 bad usage, 130 stopped with Ctrl-C.`;

/**
 * What the state machine is to be given.
 * @param exampleByDefault takes the simulator's template where none is named
 */
function workflowOf(flags: Flags, exampleByDefault: boolean): Pick<StartOptions, 'workflow' | 'input'> {
  if (flags.batch !== undefined) return { workflow: 'batch', input: flags.batch };
  if (flags.input !== undefined) return { workflow: 'export', input: flags.input };
  const { template, templateFile, startsOn, endsOn, period, lastDays, offset, scheduledTime } = flags;
  const { format, backfill } = flags;
  const example = exampleByDefault && template === undefined && templateFile === undefined;
  const dated = [startsOn, endsOn, period, lastDays].some((flag) => flag !== undefined);
  const what = {
    templateId: example ? exampleTemplateId : template,
    template: templateFile,
    formats: example && format === undefined ? ['csv', 'excel'] : format,
  };
  if (backfill === undefined) {
    const dates = {
      startsOn,
      endsOn,
      lastDays,
      period: example && !dated ? 'previousMonth' : period,
      offset,
    };
    return { workflow: 'export', input: asJson({ ...what, ...dates, scheduledTime }) };
  }
  const { every = 'month', skipExisting, dryRun } = flags;
  return {
    workflow: 'batch',
    input: asJson({ backfill: { ...backfill, every, ...what }, skipExisting, dryRun }),
  };
}

/** Without the fields that aren't there. */
const asJson = (value: object) => JSON.parse(JSON.stringify(value)) as Json;

function range(text: string): { from: string; to: string } {
  const [from, to, ...more] = text.split('..');
  if (from && to && more.length === 0) return { from, to };
  throw new InvalidArgumentError('Expected two dates or months, such as 2026-01..2026-06.');
}

const append = (value: string, previous: string[] = []) => [...previous, value];

/** Text that isn't a number goes to the workflow as it is, which says what is wrong with it. */
const numberOrText = (text: string): Json => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

const jsonOrFile = (text: string): Json => (text.startsWith('@') ? jsonFile(text.slice(1)) : parseJson(text));

function jsonFile(path: string): Json {
  try {
    return parseJson(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new InvalidArgumentError(`This is not JSON: ${(error as Error).message}`);
  }
}
