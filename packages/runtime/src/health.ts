// Health, for orchestrators: /livez says whether a restart would help, /readyz whether to send work here. Plain node
// handlers, so that the operations port and a service's own server can both offer them.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@tern/core";
import { asError } from "./caught.ts";
import { withinMs } from "./within.ts";

export interface Check {
  readonly ok: boolean;
  /** For people: what is wrong, or what is being done. */
  readonly why?: string;
}

export interface HealthDeps {
  /** Whether the process itself works; asks nobody else, so that an outage of Redis restarts nothing. */
  readonly isAlive: () => Check;
  /** Whether it can do its work now; may ask Redis. After 1 s without an answer the answer is no. */
  readonly isReady: () => Promise<Check>;
  /** Once aborted, the process is not ready: it is being stopped. */
  readonly stopping?: AbortSignal;
  readonly clock: Pick<Clock, "after">;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const READY_TIMEOUT_MS = 1_000;

/**
 * The handlers of /livez, /readyz and /healthz (both checks in one). 200 or 503, with
 * `{"status":"ok"|"failing","checks":{"live":{"ok":true},"ready":{"ok":false,"why":"…"}}}`.
 */
export function healthRoutes(deps: HealthDeps): { livez: Handler; readyz: Handler; healthz: Handler } {
  const live = async (): Promise<Check> => deps.isAlive();
  const ready = async (): Promise<Check> => {
    if (deps.stopping?.aborted) return { ok: false, why: "stopping" };
    return withinMs(READY_TIMEOUT_MS, deps.isReady(), deps.clock);
  };
  const answer =
    (checks: Record<string, () => Promise<Check>>): Handler =>
    (_request, response) => {
      const running = Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const);
      void Promise.all(running).then((results) => answerJson(response, Object.fromEntries(results)));
    };
  return { livez: answer({ live }), readyz: answer({ ready }), healthz: answer({ live, ready }) };
}

/** A check that throws has failed. */
async function outcomeOf(check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    return { ok: false, why: asError(error).message };
  }
}

function answerJson(response: ServerResponse, checks: Readonly<Record<string, Check>>): void {
  const ok = Object.values(checks).every((check) => check.ok);
  response.writeHead(ok ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ status: ok ? "ok" : "failing", checks }));
}
