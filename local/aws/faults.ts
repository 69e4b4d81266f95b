/** An answer that a stand-in gives instead of doing its work. */
export interface Fault {
  status: number;
  code: string;
  /** How many calls fail in a row; 1 unless said otherwise. */
  times?: number;
}

/** The faults that have not happened yet, per operation: what was asked for first happens first. */
export function createFaults<Operation extends string>(): {
  failNext: (operation: Operation, fault: Fault) => void;
  take: (operation: Operation) => Fault | undefined;
} {
  const waiting = new Map<Operation, Fault[]>();
  return {
    failNext: (operation, fault) => {
      const queue = waiting.get(operation) ?? [];
      waiting.set(operation, [...queue, ...Array.from({ length: fault.times ?? 1 }, () => fault)]);
    },
    take: (operation) => waiting.get(operation)?.shift(),
  };
}
