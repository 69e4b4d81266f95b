import type { Expression as Jsonata } from 'jsonata';
import { LIMITS } from './limits.ts';
import { type Frame, surroundingsOf } from './surroundings.ts';

/** One evaluation of a whole expression. */
interface Evaluation {
  /** How many of its parts are under way inside each other. */
  depth: number;
  /** When it began, on the clock of the machine, and what the thread had taken of the processor by then: milliseconds. */
  startedAt: number;
  cpu: number;
  /** A part was entered and JSONata has not come back to it yet. */
  entering: boolean;
  /** What starts the parts that wait until no part of this depth is under way, in their order. */
  waiting: Map<number, (() => void)[]>;
}

/**
 * Begins the evaluations of an expression at the time of their execution, and ends them where AWS does: when they take
 * too long, go too deep or grow too large. JSONata calls the hooks before and after it evaluates each part.
 */
export function hookEvaluations(expression: Jsonata): void {
  const evaluations = new WeakMap<Date, Evaluation>();

  /** $now, $millis and $toMillis all read the one Date that JSONata makes when an evaluation begins. */
  function begin(frame: Frame): Evaluation {
    frame.timestamp.setTime(surroundingsOf(frame).now());
    const evaluation = {
      depth: 0,
      startedAt: performance.now(),
      cpu: cpuMilliseconds(),
      entering: false,
      waiting: new Map(),
    };
    evaluations.set(frame.timestamp, evaluation);
    return evaluation;
  }

  const enter = (_part: unknown, _input: unknown, frame: Frame) =>
    enterPart(evaluations.get(frame.timestamp) ?? begin(frame));
  const leave = (_part: unknown, _input: unknown, frame: Frame, result: unknown) =>
    leavePart(evaluations.get(frame.timestamp) ?? begin(frame), result);
  assignHook(expression, 'jsonata.__evaluate_entry', enter);
  assignHook(expression, 'jsonata.__evaluate_exit', leave);
}

/** What this thread has taken of the processor. */
function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function assignHook(expression: Jsonata, name: string, hook: object): void {
  expression.assign(Symbol.for(name) as unknown as string, hook);
}

/**
 * JSONata starts all items of an array constructor, and all values of an object, in one go. One that is entered
 * before JSONata came back to the part entered last is such a sibling: it waits for those before it, or the depths of
 * all would add up.
 */
function enterPart(evaluation: Evaluation): void | Promise<void> {
  checkTime(evaluation);
  if (!evaluation.entering) return goDeeper(evaluation);
  const { depth, waiting } = evaluation;
  const siblings = waiting.get(depth - 1) ?? [];
  waiting.set(depth - 1, siblings);
  return new Promise((resolve) => {
    siblings.push(() => resolve(goDeeper(evaluation)));
  });
}

function goDeeper(evaluation: Evaluation): void {
  if (++evaluation.depth > LIMITS.expressionDepth) {
    throw {
      message:
        'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive',
    };
  }
  evaluation.entering = true;
  queueMicrotask(() => (evaluation.entering = false));
}

function leavePart(evaluation: Evaluation, result: unknown): void {
  checkTime(evaluation);
  checkSize(result);
  const depth = --evaluation.depth;
  evaluation.waiting.get(depth)?.shift()?.();
}

/** A machine that is busy with something else takes nothing from its time. */
function checkTime({ startedAt, cpu }: Evaluation): void {
  const { expressionMilliseconds: most } = LIMITS;
  if (performance.now() - startedAt <= most || cpuMilliseconds() - cpu <= most) return;
  throw { message: 'Expression evaluation timeout: Check for infinite loop' };
}

/** AWS counts the memory of an evaluation; here no array and no string alone may need as much. */
function checkSize(result: unknown): void {
  if (Array.isArray(result)) checkElements(result.length);
  if (typeof result === 'string' && result.length > LIMITS.expressionCharacters) throw outOfMemory();
}

/** Fails for an array that AWS has no memory for. */
export function checkElements(count: number): void {
  if (count > LIMITS.expressionElements) throw outOfMemory();
}

function outOfMemory() {
  return { message: 'Expression evaluation memory limit exceeded: Check for excessive memory usage' };
}
