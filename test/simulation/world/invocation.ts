import { AsyncLocalStorage } from 'node:async_hooks';

/** One run of a function's code. */
export interface Invocation {
  functionName: string;
  /** Name of the execution whose step it is. */
  execution: string;
  /** Its sandbox is gone: nothing that it does reaches anybody any more. */
  killed: boolean;
}

const invocations = new AsyncLocalStorage<Invocation>();

/** The invocation that the calling code belongs to; none when Step Functions itself calls a service. */
export const currentInvocation = (): Invocation | undefined => invocations.getStore();

export const runInvocation = <T>(invocation: Invocation, work: () => Promise<T>): Promise<T> =>
  invocations.run(invocation, work);

/** Stops here for ever when the code that calls it was killed. */
export async function untilKilled(invocation = currentInvocation()): Promise<void> {
  if (invocation?.killed === true) await new Promise<never>(() => {});
}
