import type { Clock } from '../../../local/clock.ts';
import type { StateMachines } from '../../../local/aws/step-functions/executions.ts';
import type { Prepared } from '../prepare.ts';
import type { Scenario } from '../scenario.ts';

/** State machines whose definitions are the last release's until the deployment, and today's from then on. */
export function deployedMachines(
  { stateMachines, released }: Prepared,
  { deployment }: Scenario,
  clock: Clock,
): StateMachines {
  if (deployment === undefined) return stateMachines;
  const deployedAt = clock.now() + deployment.from * 1000;
  return { get: (arn) => (clock.now() < deployedAt ? released : stateMachines).get(arn) };
}
