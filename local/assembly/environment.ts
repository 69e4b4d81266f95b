/** What a program can't do without: where programs, the user's home and temporary files are; and how it was started. */
const needed = /^(PATH|HOME|USERPROFILE|SYSTEMROOT|TEMP|TMP|TMPDIR|CDK_VALIDATION)$/i;

/** Takes away every variable that synthesis could depend on, the settings of the CDK and of AWS first of all. */
export function forgetEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) if (!needed.test(name)) delete environment[name];
}
