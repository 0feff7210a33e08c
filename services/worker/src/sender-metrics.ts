// What Redis knows of each sender, as metrics: whether it is stopped, and the pace in force. Read when somebody asks for the
// metrics; while Redis is away they are missing, for nobody knows them.

import type { Clock } from "@tern/core";
import { Gauge, type Registry, type Sender, withinMs } from "@tern/runtime";
import type { SenderState, Store } from "@tern/store";

export interface SenderMetricsDeps {
  readonly registry: Registry;
  readonly store: Pick<Store, "readSender" | "settings">;
  readonly senders: () => readonly Pick<Sender, "id" | "pace">[];
  readonly clock: Pick<Clock, "after">;
}

/** A scrape must not wait for a Redis that is away. */
const READ_MAX_MS = 2_000;

export function registerSenderMetrics({ registry, store, senders, clock }: SenderMetricsDeps): void {
  const gauge = (name: string, help: string, measure: (state: SenderState, pace: number | "unlimited") => number) =>
    new Gauge({
      name,
      help,
      labelNames: ["sender"],
      registers: [registry],
      async collect() {
        this.reset();
        const read = senders().map(async ({ id, pace }) => ({ id, value: measure(await store.readSender(id), pace) }));
        const values = await withinMs(READ_MAX_MS, Promise.all(read), clock).catch(() => []);
        for (const { id, value } of values) this.set({ sender: id }, value);
      },
    });
  gauge("tern_sender_stopped", "1 while a sender is stopped until somebody resumes it.", ({ paused, held }) =>
    paused || (held && held.untilMs === null) ? 1 : 0,
  );
  gauge(
    "tern_pace_in_force",
    "Messages per second now: what is set, less what throttling took; 0 for no pacing.",
    (state, pace) => {
      const set = state.paceOrdered ?? (pace === "unlimited" ? 0 : pace);
      return set * store.settings.paceMargin * state.slowFactor;
    },
  );
}
