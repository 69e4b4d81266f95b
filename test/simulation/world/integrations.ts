import { integrationOf } from '../../../local/aws/step-functions/integrations/integrations.ts';
import type { AroundTask } from '../../../local/aws/step-functions/step-functions.ts';
import { TaskFailure } from '../../../local/states-language/index.ts';
import type { Network } from './aws/sdk.ts';
import type { FaultKind } from './faults.ts';

interface Fault {
  error: string;
  carriedOut: boolean;
}

/** Services whose faults strike elsewhere: where their requests arrive. */
const struckElsewhere = new Set(['Lambda', 'S3', 'DynamoDB']);

/** Has calls that Step Functions makes by itself fail before or after they took effect. */
export function disturbed({ faults, chance, clock }: Network): AroundTask {
  return async (task, { resource }, execution) => {
    const integration = integrationOf(resource);
    if (integration === undefined || struckElsewhere.has(integration.service)) return task();
    const kinds: FaultKind<Fault>[] = integration.outages.map((error) => ({
      kind: error,
      group: 'unavailable',
      survivable: 3,
      fault: () => ({ error, carriedOut: chance.happens(0.3) }),
    }));
    await clock.sleep(chance.whole(5, 200));
    const fault = faults.strike(integration.service, resource, kinds, execution);
    if (fault === undefined) return task();
    // Nobody waits for it any more.
    if (fault.carriedOut) void task().catch(() => {});
    throw new TaskFailure(fault.error, 'simulated');
  };
}
