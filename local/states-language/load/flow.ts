import type { Flow, State } from '../definition.ts';
import { type Fields, fieldsOf, pathOf, reportField, stringField } from './fields.ts';
import type { ResourceSupport } from '../types.ts';
import type { Report } from './problems.ts';
import { readState } from './states.ts';
import { checkTransitions } from './transitions.ts';

/** What reading a definition needs everywhere. */
export interface Loader {
  report: Report;
  supportedResource: ResourceSupport;
  /** All names so far: a name must be unique in the whole state machine. */
  stateNames: Set<string>;
  /** The top level's QueryLanguage, which every state inherits. @default JSONPath, as on AWS */
  defaultLanguage?: unknown;
}

/** Reads `StartAt` and `States` of a state machine, a branch or an item processor. */
export function readFlow(fields: Fields, loader: Loader): Flow {
  const states = new Map<string, State>();
  const list = fieldsOf(fields.values['States'], pathOf(fields, 'States'), fields.report);
  for (const [name, value] of Object.entries(list?.values ?? {})) {
    checkName(name, pathOf(fields, `States.${name}`), loader);
    const state = readState(value, pathOf(fields, `States.${name}`), loader);
    if (state !== undefined) states.set(name, state);
  }
  const flow = { startAt: stringField(fields, 'StartAt') ?? '', states };
  if (list !== undefined && !(flow.startAt in list.values)) {
    reportField(fields, 'StartAt', `there is no state ${flow.startAt} here`);
  }
  checkTransitions(flow, fields, Object.keys(list?.values ?? {}));
  return flow;
}

function checkName(name: string, path: string, loader: Loader): void {
  if (name === '' || name.length > 80) loader.report(path, 'a name has from 1 to 80 characters');
  if (loader.stateNames.has(name)) loader.report(path, 'the name is taken by another state');
  loader.stateNames.add(name);
}
