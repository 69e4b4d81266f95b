import type { Integration } from '../../../local/aws/step-functions/integrations/integration.ts';
import { integrationOf } from '../../../local/aws/step-functions/integrations/integrations.ts';
import type { AroundTask } from '../../../local/aws/step-functions/step-functions.ts';
import { TaskFailure } from '../../../local/states-language/index.ts';
import type { Network } from './aws/sdk.ts';
import type { FaultKind } from './faults.ts';

/** What goes wrong, if anything, and when: milliseconds before and after the call takes effect. */
interface Fault {
  error?: string;
  carriedOut: boolean;
  before?: number;
  /** Infinity: no answer ever comes. */
  after?: number;
}

/** Services whose other faults strike elsewhere: where their requests arrive. */
const struckElsewhere = new Set(['S3', 'DynamoDB']);

/** Has calls that Step Functions makes by itself be slow, get stuck, and fail before or after they took effect. */
export function disturbed({ faults, chance, clock }: Network): AroundTask {
  const slow: FaultKind<Fault> = {
    kind: 'slow',
    survivable: 1000,
    fault: () => ({ carriedOut: true, before: chance.whole(0, 20_000), after: chance.whole(0, 20_000) }),
  };
  const patience = { group: 'unavailable', survivable: 3 };
  const stuck: FaultKind<Fault> = {
    ...patience,
    kind: 'stuck',
    fault: () => ({ carriedOut: chance.happens(0.5), after: Infinity }),
  };

  const kindsOf = ({ service, outages, waits }: Integration): FaultKind<Fault>[] => [
    slow,
    // Whoever waits for an execution has a day's time-out.
    ...(waits === true ? [] : [stuck]),
    ...(struckElsewhere.has(service) ? [] : outages).map((error) => ({
      ...patience,
      kind: error,
      fault: () => ({ error, carriedOut: chance.happens(0.3) }),
    })),
  ];

  return async (task, { resource, signal }, execution) => {
    const integration = integrationOf(resource);
    if (integration === undefined || integration.service === 'Lambda') return task();
    await clock.sleep(chance.whole(5, 200));
    const fault = faults.strike(integration.service, resource, kindsOf(integration), execution);
    if (fault === undefined) return task();
    const { error, carriedOut, before = 0, after = 0 } = fault;
    await clock.sleep(before, signal);
    const result = carriedOut ? task() : undefined;
    // Nobody may wait for it any more.
    result?.catch(() => {});
    if (error !== undefined) throw new TaskFailure(error, 'simulated');
    if (result === undefined || after === Infinity) return new Promise<never>(() => {});
    return result.finally(() => clock.sleep(after, signal));
  };
}
