/** Thrown when a definition is loaded that the interpreter does not implement or AWS would not accept. */
export class UnsupportedDefinitionError extends Error {
  override readonly name = 'UnsupportedDefinitionError';
  /** Every problem, as `path: what is wrong`. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The definition cannot be run:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Notes a problem; loading goes on, so that all of them are found at once. */
export type Report = (path: string, problem: string) => void;
