// A collector of OTLP over HTTP is a server that takes JSON: what it gets is what any collector would.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "./clock.ts";
import { closeServer, listen } from "./http-server.ts";
import { startTracing, type Tracing, traceFields } from "./tracing.ts";

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
  readonly status: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly unknown[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

// Loading OpenTelemetry takes a moment that no test is about.
beforeAll(() => import("./open-telemetry.ts"), 60_000);

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function startCollector(status = 200) {
  const exports: Export[] = [];
  const paths: string[] = [];
  const server = createServer(async (request, response) => {
    paths.push(request.url ?? "");
    exports.push(JSON.parse(await text(request)) as Export);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  const port = await listen(server, { host: "127.0.0.1", port: 0 });
  closing.push(() => closeServer(server, { graceMs: 0 }));
  const spans = () =>
    exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)),
    );
  return { endpoint: `http://127.0.0.1:${port}`, spans, exports, paths };
}

const warnings: unknown[] = [];
const log = { warn: (...args: unknown[]) => void warnings.push(args) };

async function traced(endpoint: string, use: (tracing: Tracing) => void, ratio = 1): Promise<void> {
  const tracing = await startTracing({ service: "api", endpoint, ratio, log, clock: systemClock });
  use(tracing);
  await tracing.stop();
}

/** An epoch: OpenTelemetry takes a number below the age of the process for a moment of its own clock. */
const START_MS = 1_760_000_000_000;
const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

describe("spans", () => {
  test("go to the collector with their trace, parent, kind, links, times and attributes", async () => {
    const collector = await startCollector();
    await traced(`${collector.endpoint}/`, (tracing) => {
      const parent = tracing.start("POST", { kind: "server", parent: CALLER, startMs: START_MS });
      const child = tracing.start("send demo", {
        kind: "producer",
        parent: parent?.context,
        links: [CALLER],
        attributes: { "messaging.system": "tern" },
      });
      child?.end();
      parent?.rename("POST /v1/messages");
      parent?.end({ error: "unavailable", endMs: START_MS + 500 });
    });
    expect(collector.paths).toEqual(["/v1/traces"]);
    const [child, parent] = collector.spans();
    expect(parent).toMatchObject({
      traceId: CALLER.traceId,
      parentSpanId: CALLER.spanId,
      name: "POST /v1/messages",
      kind: 2,
      status: { code: 2 },
      startTimeUnixNano: `${START_MS}000000`,
      endTimeUnixNano: `${START_MS + 500}000000`,
    });
    expect(child).toMatchObject({ traceId: CALLER.traceId, parentSpanId: parent?.spanId, kind: 4, links: [CALLER] });
    expect(child?.attributes).toEqual([{ key: "messaging.system", value: { stringValue: "tern" } }]);
    expect(JSON.stringify(collector.exports[0]?.resourceSpans[0]?.resource.attributes)).toContain("tern-api");
  });

  test("of a trace that its caller does not record are none, whatever the ratio", async () => {
    const collector = await startCollector();
    await traced(collector.endpoint, (tracing) => {
      expect(tracing.start("x", { kind: "server", parent: { ...CALLER, isSampled: false } })).toBeNull();
    });
    expect(collector.spans()).toEqual([]);
  });

  test("of a trace that its caller records are made at a ratio of 0, too, which is about traces that begin here", async () => {
    const collector = await startCollector();
    await traced(
      collector.endpoint,
      (tracing) => {
        expect(tracing.start("x", { kind: "server" })).toBeNull();
        tracing.start("x", { kind: "server", parent: CALLER })?.end();
      },
      0,
    );
    expect(collector.spans()).toHaveLength(1);
  });

  test("that cannot be exported are told once, and stopping does not wait for them", async () => {
    warnings.length = 0;
    const collector = await startCollector(400);
    await traced(collector.endpoint, (tracing) => {
      for (let n = 0; n < 1_000; n += 1) tracing.start("x", { kind: "server" })?.end();
    });
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).toContain("spans could not be exported");
  });

  test("lead from a log line to their trace", async () => {
    const collector = await startCollector();
    await traced(collector.endpoint, (tracing) => {
      const span = tracing.start("x", { kind: "server", parent: CALLER });
      expect(traceFields(span)).toEqual({ trace_id: CALLER.traceId, span_id: span?.context.spanId });
    });
  });
});

test("without a collector's address there is no span", async () => {
  await traced("", (tracing) => {
    expect(tracing.isOn).toBe(false);
    expect(tracing.start("x", { kind: "server", parent: CALLER })).toBeNull();
    expect(traceFields(null)).toEqual({});
  });
});
