/** An answer that a stand-in gives instead of doing its work. */
export interface Fault {
  status: number;
  code: string;
  /** How many calls fail in a row; 1 unless said otherwise. */
  times?: number;
}

/** The faults that were ordered and have not happened yet, in order, per operation. */
export function createFaults<Operation extends string>(): {
  failNext: (operation: Operation, fault: Fault) => void;
  take: (operation: Operation) => Fault | undefined;
} {
  const ordered = new Map<Operation, Fault[]>();
  return {
    failNext: (operation, fault) => {
      const queue = ordered.get(operation) ?? [];
      ordered.set(operation, [...queue, ...Array.from({ length: fault.times ?? 1 }, () => fault)]);
    },
    take: (operation) => ordered.get(operation)?.shift(),
  };
}
