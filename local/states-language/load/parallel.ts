import type { ParallelState } from '../definition.ts';
import { readFallible } from './common-fields.ts';
import { allowOnly, type Fields, fieldsOf, listField, pathOf } from './fields.ts';
import { type Loader, readFlow } from './flow.ts';
import { templateField } from './templates.ts';

/** Reads a Parallel state and its branches. */
export function readParallel(fields: Fields, loader: Loader): ParallelState {
  const branches = listField(fields, 'Branches', 1).map((value, index) => {
    const branch = fieldsOf(value, `${pathOf(fields, 'Branches')}[${index}]`, fields.report);
    if (branch === undefined) return undefined;
    allowOnly(branch, ['Comment', 'StartAt', 'States']);
    return readFlow(branch, loader);
  });
  const args = templateField(fields, 'Arguments', 'input');
  return {
    type: 'Parallel',
    branches: branches.filter((branch) => branch !== undefined),
    ...(args !== undefined && { arguments: args }),
    ...readFallible(fields),
  };
}
