import type { ChoiceRule, ChoiceState } from '../definition.ts';
import { allowOnly, type Fields, fieldsOf, listField, pathOf, reportField, stringField } from './fields.ts';
import { readLeaving } from './leaving.ts';
import { BOOLEAN, scalarField } from './scalars.ts';

/** Reads a Choice state. Its own `Output` and `Assign` belong to `Default`. */
export function readChoice(fields: Fields): ChoiceState {
  const rules = listField(fields, 'Choices', 1).map((value, index) => readRule(fields, value, index));
  const hasDefault = fields.values['Default'] !== undefined;
  return {
    type: 'Choice',
    choices: rules.filter((rule) => rule !== undefined),
    ...(hasDefault && { default: stringField(fields, 'Default') ?? '' }),
    ...readLeaving(fields, 'input'),
  };
}

function readRule(state: Fields, value: unknown, index: number): ChoiceRule | undefined {
  const rule = fieldsOf(value, `${pathOf(state, 'Choices')}[${index}]`, state.report);
  if (rule === undefined) return undefined;
  allowOnly(rule, ['Comment', 'Condition', 'Next', 'Output', 'Assign']);
  if (rule.values['Condition'] === undefined) reportField(rule, 'Condition', 'is required');
  const prefix = `Choices[${index}]/`;
  return {
    condition: scalarField(rule, 'Condition', { ...BOOLEAN, aws: `${prefix}Condition` }) ?? {
      kind: 'literal',
      value: false,
    },
    next: stringField(rule, 'Next') ?? '',
    ...readLeaving(rule, 'input', prefix),
  };
}
