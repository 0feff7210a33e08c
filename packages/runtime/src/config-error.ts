// The error of a person, not of the program: something set wrongly, told so that it can be put right.

/**
 * Says what is wrong with the configuration or the machine, every problem at once. Shown without a stack.
 *
 * title     what was looked at: "the environment", "the deployment file ./tern.config.json"
 * problems  one line each, at least one; each says where, what is wrong and what is expected. Never a value: it may be
 *           a secret.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** Read by the logger: an expected error is logged without its stack. */
  readonly expected = true;
  readonly problems: readonly string[];

  constructor(title: string, problems: readonly string[]) {
    super(
      problems.length === 1
        ? `${title}: ${problems[0]}`
        : `${title} has ${problems.length} problems:${problems.map((problem) => `\n  - ${problem}`).join("")}`,
    );
    this.problems = problems;
  }
}
