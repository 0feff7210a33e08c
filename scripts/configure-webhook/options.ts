// What the command is asked to do.
import { parseArgs } from "node:util";

export interface Options {
  /** The deployment file. */
  readonly path: string;
  /** Without the secret path; null with `--show`. */
  readonly url: string | null;
  /** Ids of senders, or all of them; an empty list: the only one. */
  readonly senders: readonly string[] | "all";
}

export const USAGE = [
  "usage: pnpm configure-webhook --url https://hooks.example.com [--sender <id> …|--all] [--deployment <file>]",
  "       pnpm configure-webhook --show [--sender <id> …|--all] [--deployment <file>]",
  "The secret path and the header are taken from the deployment file (default: TERN_CONFIG, or ./tern.config.json).",
].join("\n");

/** throws   an Error that says what is wrong with the arguments */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      deployment: { type: "string" },
      url: { type: "string" },
      sender: { type: "string", multiple: true },
      all: { type: "boolean", default: false },
      show: { type: "boolean", default: false },
    },
  });
  if (values.all && values.sender) throw new Error("--sender and --all contradict each other");
  if (values.show && values.url !== undefined) throw new Error("--show changes nothing: leave --url out, or --show");
  if (!values.show && values.url === undefined) throw new Error("--url is missing; or --show, to change nothing");
  return {
    path: values.deployment ?? env.TERN_CONFIG ?? "./tern.config.json",
    url: values.url ?? null,
    senders: values.all ? "all" : (values.sender ?? []),
  };
}
