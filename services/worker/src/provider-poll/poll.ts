// Asks the provider, every few minutes, how things are: the templates of each account, and the health of each number.
// Webhooks tell much of it sooner, but which of them reach a direct client is not documented, and a webhook that was lost is
// made good here. One worker of all asks at a time: whoever finds the turn free takes it, and it comes round again by
// itself, should that worker die over it.

import type { Clock, Timer } from "@tern/core";
import { type ManagementClient, type ManagementFailure, syncTemplates } from "@tern/dialog360";
import type { Deployment, Logger, Sender } from "@tern/runtime";
import type { Store } from "@tern/store";

export interface ProviderPollDeps {
  readonly store: Pick<
    Store,
    | "readTemplates"
    | "replaceTemplates"
    | "readTemplateRests"
    | "heedTemplate"
    | "takeTemplatePoll"
    | "pollTemplatesIn"
    | "takeHealthPoll"
    | "keepNumberReports"
    | "readNumberReports"
  >;
  readonly provider: Pick<ManagementClient, "listTemplates" | "getHealth">;
  readonly deployment: () => Pick<Deployment, "senders" | "sendersByWabaId" | "sending">;
  readonly clock: Pick<Clock, "nowMs" | "after">;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly onError: (error: unknown) => void;
  /** How often each account and each number is asked after, among all workers. */
  readonly everyMs: number;
}

export interface ProviderPoll {
  stop(): Promise<void>;
}

/** How soon a worker sees that it is time, or that a webhook asked for a list. */
const LOOK_MOST_MS = 15_000;
/** A list that failed is tried again sooner than the next is due. */
const RETRY_MS = 60_000;

export function startProviderPoll(deps: ProviderPollDeps): ProviderPoll {
  const { store, provider, deployment, clock, log, onError, everyMs } = deps;
  const lookMs = Math.max(50, Math.min(LOOK_MOST_MS, Math.floor(everyMs / 4)));
  let timer: Timer | null = null;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  async function look(): Promise<void> {
    const { senders, sendersByWabaId } = deployment();
    for (const ofAccount of sendersByWabaId.values()) {
      if (stopped) return;
      await readList(ofAccount).catch(onError);
    }
    for (const sender of senders) {
      if (stopped) return;
      await askHealth(sender).catch(onError);
    }
  }

  /** Any number of the account may ask for its list; the first one that can. */
  async function readList(ofAccount: readonly Sender[]): Promise<void> {
    const [first] = ofAccount;
    if (!first || !(await store.takeTemplatePoll(first.wabaId, everyMs))) return;
    const senderIds = ofAccount.map(({ id }) => id);
    const restMs = Math.max(deployment().sending.templatePausedMs, 2 * everyMs);
    let failed: ManagementFailure | null = null;
    for (const account of ofAccount) {
      const result = await syncTemplates({ store, provider, clock }, { account, senderIds, restMs });
      if ("ok" in result) {
        const { count, changed } = result.ok;
        if (changed > 0) log.info({ waba: first.wabaId, templates: count, changed }, "templates have changed");
        return;
      }
      failed = result.failure;
    }
    if (!failed || failed.class === "unsupported") return;
    await store.pollTemplatesIn(first.wabaId, Math.min(everyMs, RETRY_MS));
    log.warn({ waba: first.wabaId, ...wordsOf(failed) }, "the list of templates could not be read");
  }

  async function askHealth(sender: Sender): Promise<void> {
    if (!(await store.takeHealthPoll(sender.id, everyMs))) return;
    const atMs = clock.nowMs();
    const result = await provider.getHealth(sender);
    if ("failure" in result) {
      if (result.failure.class === "unsupported") return;
      await store.keepNumberReports(sender.id, { failed: { atMs, reason: result.failure.reason } });
      log.warn({ sender: sender.id, ...wordsOf(result.failure) }, "the health of a number could not be asked");
      return;
    }
    const before = (await store.readNumberReports(sender.id)).health as { canSendMessage?: string } | null;
    const { canSendMessage, entities } = result.ok;
    const health = { atMs, canSendMessage, canSend: canSendValue(canSendMessage), entities };
    await store.keepNumberReports(sender.id, { health, failed: null });
    if ((before?.canSendMessage ?? "AVAILABLE") === canSendMessage) return;
    const parts = entities.filter((entity) => entity.canSendMessage !== "AVAILABLE").map(({ type }) => type);
    if (canSendMessage === "AVAILABLE") log.info({ sender: sender.id }, "the provider says the number can send again");
    else log.warn({ sender: sender.id, canSendMessage, parts }, "the provider limits or blocks the number");
  }

  const run = () => {
    running = look()
      .catch(onError)
      .finally(() => {
        if (!stopped) timer = clock.after(lookMs, run);
      });
  };
  run();
  return {
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}

/** For a gauge: 1 it can send, 0.5 within limits, 0 not; a word that nobody knows counts as a limit. */
export function canSendValue(canSendMessage: string): number {
  if (canSendMessage === "AVAILABLE") return 1;
  return canSendMessage === "BLOCKED" ? 0 : 0.5;
}

function wordsOf({ class: failureClass, code, reason }: ManagementFailure) {
  return { class: failureClass, code, reason };
}
