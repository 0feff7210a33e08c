import { expect, test } from "@jest/globals";
import { createMetrics } from "@tern/runtime";
import { DEFAULT_STORE_SETTINGS, type SenderState } from "@tern/store";
import { registerSenderMetrics } from "./sender-metrics.ts";
import { createHandClock } from "./testing/hand-clock.ts";

const RUNNING = { paused: null, held: null, paceOrdered: null, slowFactor: 1 };

async function scrape(states: Readonly<Record<string, Partial<SenderState> | null>>): Promise<string> {
  const { registry } = createMetrics({ service: "worker" });
  const clock = createHandClock();
  registerSenderMetrics({
    registry,
    store: {
      settings: { ...DEFAULT_STORE_SETTINGS, paceMargin: 0.98 },
      readSender: (id) => {
        const state = states[id];
        return state ? Promise.resolve({ ...RUNNING, ...state } as SenderState) : new Promise(() => {}); // Redis is away
      },
    },
    senders: () => Object.keys(states).map((id) => ({ id, pace: id === "free" ? "unlimited" : 100 })),
    clock,
  });
  const text = registry.metrics();
  await clock.pass(3_000);
  return (await text)
    .split("\n")
    .filter((line) => /^tern_(sender_stopped|pace_in_force)\{/.test(line))
    .map((line) => line.replace(',service="worker"', ""))
    .join("\n");
}

test("a sender that goes is not stopped, and its pace is what is set less the margin", async () => {
  expect(await scrape({ demo: {}, free: {} })).toBe(
    [
      'tern_sender_stopped{sender="demo"} 0',
      'tern_sender_stopped{sender="free"} 0',
      'tern_pace_in_force{sender="demo"} 98',
      'tern_pace_in_force{sender="free"} 0',
    ].join("\n"),
  );
});

test.each<[string, Partial<SenderState>, number]>([
  ["paused by an operator", { paused: { by: "ops", sinceMs: 1 } }, 1],
  ["stopped by the provider's word for good", { held: { untilMs: null, why: "misconfigured:190:401" } }, 1],
  [
    "stopped by the provider's word for a time, which ends by itself",
    { held: { untilMs: 5, why: "number-paused" } },
    0,
  ],
])("a sender %s", async (_, state, stopped) => {
  expect(await scrape({ demo: state })).toContain(`tern_sender_stopped{sender="demo"} ${stopped}`);
});

test("a throttle and an operator's order show in the pace", async () => {
  expect(await scrape({ demo: { slowFactor: 0.5, paceOrdered: 20 } })).toContain(
    'tern_pace_in_force{sender="demo"} 9.8',
  );
});

test("while Redis is away there is nothing to say, and the other metrics do not wait for it", async () => {
  expect(await scrape({ demo: null })).toBe("");
});
