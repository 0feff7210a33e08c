// From where a secret is to the secret: the references of the deployment file, followed and checked.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { codeOf } from "./caught.ts";
import type { SecretRef } from "./deployment-schema.ts";
import type { Env } from "./env.ts";
import { Secret } from "./secret.ts";

/** What a secret must look like to be of use where it goes. */
export interface SecretRule {
  readonly pattern: RegExp;
  /** Follows "the secret in …". */
  readonly complaint: string;
  /** Put in front if it is not there. */
  readonly start?: string;
}

export const API_KEY_RULE: SecretRule = {
  pattern: /^[\x21-\x7e]+$/,
  complaint: "holds characters that a header cannot carry",
};

export const WEBHOOK_SECRET_RULE: SecretRule = {
  pattern: /^[\x20-\x7e]{16,}$/,
  complaint: "needs at least 16 printable characters; make one with: openssl rand -hex 24",
};

export const WEBHOOK_PATH_RULE: SecretRule = {
  pattern: /^(?=.{17})(\/[A-Za-z0-9._~-]+)+$/,
  complaint: "needs to be a path of at least 16 letters, digits, - or _; make one with: openssl rand -hex 24",
  start: "/",
};

/** Gives the secret that `ref` leads to; when there is none, reports it at `pointer` and gives one without a value. */
export type ResolveSecret = (ref: SecretRef, pointer: string, rule: SecretRule) => Secret;

/** For the secrets that a process has no business with. */
export const notLoaded: ResolveSecret = () => new Secret(null);

/**
 * Follows references for one reading of the deployment file at `path`: relative file names start at its folder.
 *
 * onFound   gets each value, so that the reading can tell whether anything changed
 */
export function createSecretResolver(deps: {
  readonly path: string;
  readonly env: Env;
  readonly onProblem: (pointer: string, text: string) => void;
  readonly onFound: (value: string) => void;
}): ResolveSecret {
  return (ref, pointer, { pattern, complaint, start = "" }) => {
    const found =
      ref.env === undefined ? fromFile(resolve(dirname(deps.path), ref.file ?? "")) : fromEnv(ref.env, deps.env);
    if (found.value === null) {
      deps.onProblem(pointer, `there is no secret in ${found.where}: ${found.why}`);
      return new Secret(null);
    }
    const value = found.value.startsWith(start) ? found.value : start + found.value;
    if (!pattern.test(value)) deps.onProblem(pointer, `the secret in ${found.where} ${complaint}`);
    deps.onFound(value);
    return new Secret(value);
  };
}

type Found = { where: string } & ({ value: string } | { value: null; why: string });

/** As for the settings of a process (env.ts), NAME_FILE may say in which file the value of NAME is. */
function fromEnv(name: string, env: Env): Found {
  const value = env[name]?.trim();
  const file = env[`${name}_FILE`]?.trim();
  const where = `the environment variable ${name}`;
  if (value && file) return { where, value: null, why: `it is set, and ${name}_FILE as well: keep one of them` };
  if (file) return fromFile(file, ` that ${name}_FILE names`);
  return value ? { where, value } : { where, value: null, why: "it is not set" };
}

function fromFile(path: string, whose = ""): Found {
  const where = `the file ${path}${whose}`;
  try {
    const value = readFileSync(path, "utf8").trim();
    return value ? { where, value } : { where, value: null, why: "it is empty" };
  } catch (error) {
    return { where, value: null, why: `it cannot be read (${codeOf(error)})` };
  }
}
