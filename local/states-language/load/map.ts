import type { Flow, MapState } from '../definition.ts';
import { LIMITS } from '../limits.ts';
import { readFallible } from './common-fields.ts';
import { allowOnly, type Fields, fieldsOf, pathOf, reportField } from './fields.ts';
import { type Loader, readFlow } from './flow.ts';
import { integer, scalarField } from './scalars.ts';
import { templateField } from './templates.ts';

const PERCENTAGE = {
  accepts: (value: unknown) => typeof value === 'number' && value >= 0 && value <= 100,
  expected: 'a number from 0 to 100',
};

/** Reads a Map state in inline mode. */
export function readMap(fields: Fields, loader: Loader): MapState {
  const items = templateField(fields, 'Items', 'input');
  if (items !== undefined && items.kind !== 'array' && items.kind !== 'expression') {
    reportField(fields, 'Items', 'must be an array or an expression');
  }
  const itemSelector = templateField(fields, 'ItemSelector', 'input');
  const maxConcurrency = scalarField(fields, 'MaxConcurrency', integer(LIMITS.maxConcurrency));
  const toleratedFailureCount = scalarField(
    fields,
    'ToleratedFailureCount',
    integer(LIMITS.toleratedFailureCount),
  );
  const toleratedFailurePercentage = scalarField(fields, 'ToleratedFailurePercentage', PERCENTAGE);
  return {
    type: 'Map',
    itemProcessor: readItemProcessor(fields, loader),
    ...(items !== undefined && { items }),
    ...(itemSelector !== undefined && { itemSelector }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
    ...readFallible(fields),
  };
}

function readItemProcessor(state: Fields, loader: Loader): Flow {
  const processor = fieldsOf(state.values['ItemProcessor'], pathOf(state, 'ItemProcessor'), state.report);
  if (processor === undefined) return { startAt: '', states: new Map() };
  allowOnly(processor, ['Comment', 'ProcessorConfig', 'StartAt', 'States']);
  const config = processor.values['ProcessorConfig'];
  if (config !== undefined) checkProcessorConfig(processor, config);
  return readFlow(processor, loader);
}

function checkProcessorConfig(processor: Fields, value: unknown): void {
  const config = fieldsOf(value, pathOf(processor, 'ProcessorConfig'), processor.report);
  if (config === undefined) return;
  allowOnly(config, ['Mode']);
  const { Mode: mode = 'INLINE' } = config.values;
  if (mode !== 'INLINE')
    reportField(config, 'Mode', `${JSON.stringify(mode)} is not implemented, only "INLINE"`);
}
