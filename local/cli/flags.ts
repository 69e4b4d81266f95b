import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { everyUnit } from '../../lambdas/batch/backfill.ts';
import { formatNames } from '../../lambdas/shared/formats.ts';
import { printable } from '../../lambdas/shared/printable.ts';
import type { Json } from '../states-language/index.ts';
import { readJson, readJsonFile } from './json-text.ts';
import type { Fail } from './lucca-target.ts';

/** What the command line says. */
export interface Flags {
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
 * Reads the command line. Only its form is judged here: dates, periods and formats are judged as everywhere else.
 * @throws CommanderError with the exit code: 0 after --help, 2 on bad usage, of which `fail` tells as well
 */
export function readFlags(argv: string[]): { flags: Flags; fail: Fail } {
  const command = new Command('npm start --')
    // It quotes arguments, which a shell may have taken from the names of files.
    .configureOutput({ writeErr: (text) => process.stderr.write(printable(text)) })
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
    .option('--format <format>', `${formatNames.join(' or ')}; repeat it for several`, append)
    .addOption(
      new Option('--backfill <from..to>', 'several exports, such as 2026-01..2026-06, one after the other')
        .argParser(range)
        .conflicts(dateFlags),
    )
    .addOption(
      new Option('--every <unit>', `of a backfill: ${everyUnit.join(', ')}; month by default`).conflicts(
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
    .addOption(
      new Option('--out <directory>', 'where the files go')
        .argParser(userPath)
        .default(projectPath('exports'), 'exports'),
    )
    .option('--json', 'print one JSON document on stdout: the output, or {"error", "cause"}')
    .helpOption('--help', 'show this help')
    .addHelpText('after', environmentHelp)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message);
    });
  const fail = (message: string): never => command.error(`error: ${message}`);
  const taken = takenByNpm(command.options, argv);
  if (taken !== undefined) {
    fail(
      `npm took ${taken} for itself: put "--" before the flags, as in npm start -- ${taken}; in PowerShell, '--'.`,
    );
  }
  const flags = command.parse(argv, { from: 'user' }).opts<Flags>();
  if (flags.backfill === undefined && (flags.every ?? flags.skipExisting ?? flags.dryRun) !== undefined) {
    fail('--every, --skip-existing and --dry-run go with --backfill.');
  }
  return { flags, fail };
}

/** Flags that npm has as well: it hands them on to everything it starts, be they of its own configuration. */
const npmsOwn = new Set(['--json', '--dry-run']);

/** A flag that was meant for this command: without `--`, npm keeps it, and hands it on in the environment only. */
const takenByNpm = (options: readonly Option[], argv: string[]) =>
  options
    .map(({ long }) => long!)
    .filter((flag) => !npmsOwn.has(flag))
    .find((flag) => {
      const variable = `npm_config_${flag.slice(2).replaceAll('-', '_')}`;
      return process.env[variable] !== undefined && !argv.some((argument) => argument.startsWith(flag));
    });

const environmentHelp = `
Environment:
  LUCCA_DOMAIN    the Lucca to call, such as https://acme.ilucca.net; without it, the tenant's, or a simulator
  LUCCA_API_KEY   its API key

Exit status: 0 exported, 1 the export failed, 2 bad usage, 130 stopped with Ctrl-C.`;

function range(text: string): { from: string; to: string } {
  const [from, to, ...more] = text.split('..');
  if (from && to && more.length === 0) return { from, to };
  throw new InvalidArgumentError('Expected two dates or months, such as 2026-01..2026-06.');
}

const append = (value: string, previous: string[] = []) => [...previous, value];

/** Text that isn't a number goes to the workflow as it is, which says what is wrong with it. */
const numberOrText = (text: string): Json => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** Whether npm was called in the project's folder. It starts this there in any case, as with `npm --prefix`. */
const isCalledHere = () => [undefined, process.cwd()].includes(process.env.INIT_CWD);

/** What a path means where npm was called. Shells don't expand `~` in `--out=~/exports`. */
function userPath(path: string): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isCalledHere() ? path : resolve(process.env.INIT_CWD!, path);
}

/** What a path means in the project's folder. */
const projectPath = (path: string) => (isCalledHere() ? path : resolve(path));

const jsonFile = (path: string) => asArgument(() => readJsonFile(userPath(path)));

const jsonOrFile = (text: string) =>
  text.startsWith('@') ? jsonFile(text.slice(1)) : asArgument(() => readJson(text));

function asArgument(read: () => Json): Json {
  try {
    return read();
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
