import type { Template } from 'aws-cdk-lib/assertions';

export interface State {
  Type: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Resource?: unknown;
  TimeoutSeconds?: number;
  Choices?: { Condition: string; Next: string }[];
  Retry?: {
    ErrorEquals: string[];
    IntervalSeconds: number;
    MaxAttempts: number;
    BackoffRate: number;
    MaxDelaySeconds?: number;
  }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Assign?: Record<string, unknown>;
  Arguments?: Record<string, unknown>;
  Branches?: Flow[];
  ItemProcessor?: Flow;
  Error?: string;
}

export interface Flow {
  StartAt: string;
  States: Record<string, State>;
}

export type Definition = Flow & { QueryLanguage: string; TimeoutSeconds?: number };

/** Of which state machine: a tenant's for exports, batches or schedules, or the one that releases leases. */
export type Workflow = 'Workflow' | 'Batch' | 'Start' | 'Release';
export const workflows: Workflow[] = ['Workflow', 'Batch', 'Start', 'Release'];

/** A state machine's definition, each reference replaced by the logical id that it names, or by an ARN of it. */
export function definitionOf(template: Template, workflow: Workflow): Definition {
  const machines = Object.entries(template.findResources('AWS::StepFunctions::StateMachine')) as [
    string,
    { Properties: { DefinitionString: { 'Fn::Join': [string, (string | Record<string, unknown>)[]] } } },
  ][];
  const [, machine] = machines.find(([id]) => new RegExp(`${workflow}[0-9A-F]{8}$`).test(id))!;
  const parts = machine.Properties.DefinitionString['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : nameOf(part)));
  return JSON.parse(text.join('')) as Definition;
}

function nameOf(reference: Record<string, unknown>): string {
  const imported = reference['Fn::ImportValue'];
  if (typeof imported === 'string')
    return imported.replace(/^.*FnGetAtt/, 'arn:aws:lambda:eu-west-3:000000000000:function:');
  const arn = reference['Fn::GetAtt'];
  if (Array.isArray(arn)) return `arn:aws:lambda:eu-west-3:000000000000:function:${String(arn[0])}`;
  return reference.Ref === 'AWS::Partition' ? 'aws' : String(reference.Ref);
}

/** All states by name, those of branches and iterations included. */
export function allStates(flow: Flow): Map<string, State> {
  const states = new Map<string, State>();
  for (const [name, state] of Object.entries(flow.States)) {
    states.set(name, state);
    for (const inner of [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])]) {
      for (const [innerName, innerState] of allStates(inner)) states.set(innerName, innerState);
    }
  }
  return states;
}
