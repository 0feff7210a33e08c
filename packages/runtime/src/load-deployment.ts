// Reading the deployment file: found, parsed, checked, resolved, and every problem told at once.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { asError, codeOf } from "./caught.ts";
import { ConfigError } from "./config-error.ts";
import type { Deployment } from "./deployment.ts";
import { type DeploymentFile, deploymentFileSchema } from "./deployment-schema.ts";
import type { Env } from "./env.ts";
import { jsonPointer, problemsOf } from "./problem-text.ts";
import { resolveDeployment } from "./resolve-deployment.ts";
import { createSecretResolver, notLoaded } from "./secret-resolver.ts";

/** Which secrets a process needs. Those of the others are not looked for, so it need not be given them. */
export type SecretUse = "senders" | "webhook";

export interface DeploymentSource {
  readonly path: string;
  readonly env: Env;
  /** Default: both. */
  readonly secrets?: readonly SecretUse[];
}

/**
 * Reads, checks and indexes the deployment file.
 *
 * path     of the file (TERN_CONFIG); secrets in files with relative names are looked for beside it
 * throws   ConfigError with one line per problem, each with its JSON pointer. What is wrong in the file itself is told
 *          before secrets and cross-references are looked at.
 */
export function loadDeployment(path: string, env: Env, options: Pick<DeploymentSource, "secrets"> = {}): Deployment {
  const { result } = readDeployment({ path, env, ...options });
  if (result instanceof ConfigError) throw result;
  return result;
}

/** One reading, right or wrong; the same content and secrets give the same fingerprint. Never throws a ConfigError. */
export function readDeployment(source: DeploymentSource): {
  readonly fingerprint: string;
  readonly result: Deployment | ConfigError;
} {
  const seen: string[] = [];
  try {
    const text = readText(source.path);
    seen.push(text);
    const parts = resolveFile(parseFile(text, source.path), source, (secret) => seen.push(secret));
    const fingerprint = hashOf(seen);
    return { fingerprint, result: { ...parts, fingerprint } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { fingerprint: hashOf([...seen, error.message]), result: error };
  }
}

function resolveFile(file: DeploymentFile, source: DeploymentSource, onFound: (secret: string) => void) {
  const { path, env, secrets = ["senders", "webhook"] } = source;
  const problems: string[] = [];
  const onProblem = (pointer: string, text: string): void => {
    problems.push(`${pointer}: ${text}`);
  };
  const resolve = createSecretResolver({ path, env, onProblem, onFound });
  const resolvers = {
    ofSenders: secrets.includes("senders") ? resolve : notLoaded,
    ofWebhook: secrets.includes("webhook") ? resolve : notLoaded,
  };
  const deployment = resolveDeployment(file, resolvers, onProblem);
  if (problems.length > 0) throw new ConfigError(titleOf(path), problems);
  return deployment;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const code = codeOf(error);
    throw new ConfigError(titleOf(path), [
      code === "ENOENT"
        ? "does not exist. Copy deploy/tern.config.example.json there and put your senders and callers in, or set TERN_CONFIG to the path of yours"
        : `cannot be read (${code}): TERN_CONFIG must name a JSON file that this process may read`,
    ]);
  }
}

function parseFile(text: string, path: string): DeploymentFile {
  const json = parseJson(text, path);
  const parsed = deploymentFileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    titleOf(path),
    problemsOf(parsed.error, json).map((problem) => `${jsonPointer(problem.path) || "its content"}: ${problem.text}`),
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(titleOf(path), [`is not JSON: ${asError(error).message}`]);
  }
}

function titleOf(path: string): string {
  return `the deployment file ${path}`;
}

/** JSON keeps the parts apart: ["ab"] and ["a", "b"] differ. */
function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
