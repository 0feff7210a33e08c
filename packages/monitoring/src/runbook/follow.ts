// Carries out commands of the runbook, as a person would who has this system in front of them: requests as they stand there,
// and the commands of docker compose on the processes that stand for its containers. Those for Kubernetes say the same
// for another platform and are left out.

import type { ManagedProcess, System } from "@tern/devkit";
import { curlRequest, wordsOf } from "./command.ts";

export interface Followed {
  readonly command: string;
  /** The answer to a request; null for other commands. */
  readonly status: number | null;
  readonly body: string;
}

/** A container that is told to stop has this long, then it is killed. */
const GRACE_MS = 500;

/**
 * Carries out each command in turn.
 *
 * variables   what the page's first block sets, beside TERN and AUTH
 * throws      an Error for a command that it does not know
 */
export async function follow(
  system: System,
  commands: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Followed[]> {
  const known = { TERN: system.apiUrls[0] ?? "", AUTH: `Authorization: Bearer ${system.apiKey}`, ...variables };
  const followed: Followed[] = [];
  for (const command of commands) {
    const words = wordsOf(command, known);
    const [program, , verb = "", ...rest] = words;
    if (program === "kubectl") continue;
    if (program === "curl") {
      const { url, method, headers, body } = curlRequest(words);
      const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(10_000) });
      followed.push({ command, status: response.status, body: await response.text() });
    } else if (program === "docker" && (verb === "restart" || verb === "up")) {
      await startAgain(system, rest.at(-1) ?? "");
      followed.push({ command, status: null, body: "" });
    } else throw new Error(`nobody here can carry this out: ${command}`);
  }
  return followed;
}

/** The newest process of a service ends, if it has not, and another one takes its place. */
async function startAgain({ processes, startApi, startWorker, startWebhook }: System, service: string): Promise<void> {
  const starts: Readonly<Record<string, [readonly ManagedProcess[], () => Promise<ManagedProcess>]>> = {
    api: [processes.api, startApi],
    worker: [processes.workers, startWorker],
    webhook: [processes.webhook, startWebhook],
  };
  const [running, start] = starts[service] ?? [];
  if (!running || !start) throw new Error(`no such service: ${service}`);
  await running.at(-1)?.stop(GRACE_MS);
  await start();
}
