import { beforeEach, describe, expect, test } from "@jest/globals";
import { createMetrics, type GaugeFamily, registerReadGauges } from "./metrics.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";

let clock: TestClock;
beforeEach(() => {
  clock = createTestClock();
});

test("every process tells which release it is, under its name", async () => {
  const { metricsText } = createMetrics({ service: "worker" });
  const text = await metricsText();
  expect(text).toMatch(/^tern_build_info\{version="\d+\.\d+\.\d+",service="worker"\} 1$/m);
  expect(text).toMatch(/^tern_nodejs_eventloop_lag_p99_seconds\{service="worker"\} /m);
});

interface Thing {
  readonly id: string;
}
type Read = readonly [id: string, value: number];

const family = (name: string): GaugeFamily<Read> => ({
  name,
  help: "a value",
  labelNames: ["thing"],
  samples: ([id, value]) => [[{ thing: id }, value]],
});

/** Two gauges out of one read; `answer` is what the reads do. */
function gauges(answer: (thing: Thing) => Promise<Read>, things: readonly Thing[] = [{ id: "a" }, { id: "b" }]) {
  const { registry } = createMetrics({ service: "worker" });
  const asked: string[] = [];
  registerReadGauges(registry, {
    families: [family("tern_first"), family("tern_second")],
    things: () => things,
    read: (thing) => {
      asked.push(thing.id);
      return answer(thing);
    },
    clock,
  });
  const scrape = async () =>
    (await registry.metrics())
      .split("\n")
      .filter((line) => /^tern_(first|second)\{/.test(line))
      .map((line) => line.replace(',service="worker"', ""));
  return { scrape, asked };
}

const never = () => new Promise<never>(() => {});

describe("gauges that are read", () => {
  test("are read once for all of a scrape, and anew a second later", async () => {
    let value = 1;
    const { scrape, asked } = gauges(async ({ id }) => [id, value]);
    expect(await scrape()).toEqual([
      'tern_first{thing="a"} 1',
      'tern_first{thing="b"} 1',
      'tern_second{thing="a"} 1',
      'tern_second{thing="b"} 1',
    ]);
    value = 2;
    await scrape();
    expect(asked).toEqual(["a", "b"]);
    await clock.advance(1_001);
    expect(await scrape()).toContain('tern_first{thing="a"} 2');
    expect(asked).toEqual(["a", "b", "a", "b"]);
  });

  test("of what is gone are gone", async () => {
    const things = [{ id: "a" }, { id: "b" }];
    const { scrape } = gauges(async ({ id }) => [id, 1], things);
    await scrape();
    things.pop();
    await clock.advance(1_001);
    expect(await scrape()).toEqual(['tern_first{thing="a"} 1', 'tern_second{thing="a"} 1']);
  });

  test("of what does not answer, or fails, are missing, and the others do not wait longer than 1.5 s", async () => {
    const answers: Record<string, () => Promise<Read>> = {
      a: never,
      b: async () => ["b", 1],
      c: () => Promise.reject(new Error("READONLY")),
    };
    const { scrape } = gauges(
      ({ id }) => (answers[id] as () => Promise<Read>)(),
      [{ id: "a" }, { id: "b" }, { id: "c" }],
    );
    const text = scrape();
    await clock.advance(0); // lets those answer that do
    await clock.advance(1_500);
    expect(await text).toEqual(['tern_first{thing="b"} 1', 'tern_second{thing="b"} 1']);
    expect(clock.pending()).toBe(0);
  });

  // A connection that waits for its Redis keeps every question: an outage of an hour would leave hundreds of them.
  test("are not asked for again while the last question waits", async () => {
    const { scrape, asked } = gauges(never);
    for (let scrapes = 0; scrapes < 3; scrapes += 1) {
      const text = scrape();
      await clock.advance(15_000);
      expect(await text).toEqual([]);
    }
    expect(asked).toEqual(["a", "b"]);
  });
});
