// A reason why the demo cannot go on that is worth telling as it is: the message says what happened and what to do.
// Anything else that is thrown is a mistake of ours and shows its stack.

export class Problem extends Error {
  override name = "Problem";
}

/** An error of any kind, as text for the person at the terminal. */
export function tellProblem(error: unknown): string {
  if (error instanceof Problem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
