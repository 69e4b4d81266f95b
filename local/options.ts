import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { isLoopbackDomain, isLuccaDomain } from '../lib/lucca-domain.ts';
import type { Json } from './states-language/index.ts';

/** What one `npm start` is asked to do. */
export interface StartOptions {
  /** The state machine's input. */
  input: Json;
  /** Directory that stands for the bucket. */
  out: string;
  json: boolean;
  /** The Lucca to call; undefined: the built-in simulator. */
  lucca?: LuccaTarget;
}

export interface LuccaTarget {
  /** First folder of the keys: the account's name, as in its domain. */
  tenant: string;
  domain: string;
  apiKey: string;
}

/** The tenant of simulators: nobody's account, so that their figures never replace real ones. */
export const demoTenant = 'acme';

/** The report template that the simulator knows: the example of Lucca's guide. */
const exampleTemplateId = 42;

interface Flags {
  template?: Json;
  templateFile?: Json;
  startsOn?: string;
  endsOn?: string;
  period?: string;
  format?: string[];
  input?: Json;
  out: string;
  json?: true;
}

/**
 * Reads the command line and the environment. Only their form is judged here: dates, periods and formats are
 * judged by the workflow, as everywhere else.
 * @throws CommanderError with the exit code: 0 after --help, 2 on bad usage
 */
export function readOptions(argv: string[], environment: NodeJS.ProcessEnv): StartOptions {
  const command = new Command('npm start --')
    .description(
      'Exports one timesheet report on this machine, with the state machine and functions that AWS runs.',
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
    .option('--format <format>', 'csv or excel; repeat it for both', append)
    .addOption(
      new Option('--input <json>', "the state machine's raw input: JSON, or @file")
        .argParser(jsonOrFile)
        .conflicts(['template', 'templateFile', 'startsOn', 'endsOn', 'period', 'format']),
    )
    .option('--out <directory>', 'where the files go', 'exports')
    .option('--json', 'print one JSON document on stdout: the output, or {"error", "cause"}')
    .helpOption('--help', 'show this help')
    .addHelpText('after', environmentHelp)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message);
    });
  const flags = command.parse(argv, { from: 'user' }).opts<Flags>();
  const lucca = luccaOf(environment, (message) => command.error(`error: ${message}`));
  return {
    input: flags.input ?? inputOf(flags, lucca === undefined),
    out: flags.out,
    json: flags.json ?? false,
    ...(lucca === undefined ? {} : { lucca }),
  };
}

const environmentHelp = `
Environment:
  LUCCA_DOMAIN    the Lucca to call, such as https://acme.ilucca.net; without it, a simulator
  LUCCA_API_KEY   its API key

Exit status: 0 exported, 1 the export failed, 2 bad usage, 130 stopped with Ctrl-C.`;

/** Without any flag, the simulator's example is exported. */
function inputOf(flags: Flags, simulated: boolean): Json {
  const { template, templateFile, startsOn, endsOn, period, format } = flags;
  const example = simulated && template === undefined && templateFile === undefined;
  const dated = startsOn !== undefined || endsOn !== undefined || period !== undefined;
  const input = {
    templateId: example ? exampleTemplateId : template,
    template: templateFile,
    startsOn,
    endsOn,
    period: example && !dated ? 'previousMonth' : period,
    formats: example && format === undefined ? ['csv', 'excel'] : format,
  };
  return JSON.parse(JSON.stringify(input)) as Json;
}

function luccaOf(environment: NodeJS.ProcessEnv, fail: (message: string) => never): StartOptions['lucca'] {
  const domain = environment.LUCCA_DOMAIN?.replace(/\/$/, '');
  const apiKey = environment.LUCCA_API_KEY;
  if (!domain) {
    if (apiKey)
      fail('LUCCA_API_KEY is set, but LUCCA_DOMAIN is not: set both, or neither for the simulator.');
    return undefined;
  }
  if (!isLuccaDomain(domain) && !isLoopbackDomain(domain)) {
    fail(
      `LUCCA_DOMAIN: expected the origin of a Lucca such as https://acme.ilucca.net, or http://127.0.0.1:PORT, ` +
        `found ${JSON.stringify(domain)}.`,
    );
  }
  if (!apiKey) fail('LUCCA_DOMAIN is set, but LUCCA_API_KEY is not.');
  return {
    tenant: isLoopbackDomain(domain) ? demoTenant : new URL(domain).hostname.split('.')[0]!,
    domain,
    apiKey,
  };
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
