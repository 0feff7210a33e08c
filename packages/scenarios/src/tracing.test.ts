// One message, one trace: from the caller through three processes and a queue to the provider and back, as a collector
// sees it. And when nobody collects, nothing of it is there at all.

import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { uniquePrefix, waitUntil } from "@tern/devkit";
import { keyOf, senderBase } from "@tern/store";
import { type HttpTap, startHttpTap } from "./http-tap.ts";
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from "./otlp-receiver.ts";
import { aMessage, isRead, startWorld, type World, type WorldOptions } from "./world.ts";

const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const TEXT = "Hello Anna, your code is 4711";

let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
}, 60_000);

interface TracedWorld {
  readonly world: World;
  readonly collector: OtlpReceiver;
  readonly tap: HttpTap;
  readonly lines: readonly string[];
}

async function startTracedWorld({ isOn }: { isOn: boolean }): Promise<TracedWorld> {
  const collector = await startOtlpReceiver();
  closing.push(collector.stop);
  const lines: string[] = [];
  const env = { ...(await loadSpy()), ...(isOn && { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }) };
  let tap: HttpTap | undefined;
  const options: WorldOptions = {
    serviceEnv: () => env,
    logLevel: "debug",
    onLine: (line) => lines.push(line),
    async editDeployment(file) {
      tap = await startHttpTap(file.senders[0]?.baseUrl ?? "");
      closing.push(tap.stop);
      const { url } = tap;
      return { ...file, senders: file.senders.map((sender) => ({ ...sender, baseUrl: url })) };
    },
  };
  const world = await startWorld(options);
  closing.push(world.stop);
  if (!tap) throw new Error("nothing stands before the provider");
  return { world, collector, tap, lines };
}

/**
 * Prints every module of OpenTelemetry that a process loads, whoever asks for it and how; but for its API, which prom-client
 * loads by itself, and which does nothing without the rest.
 */
async function loadSpy(): Promise<Record<string, string>> {
  const file = join(tmpdir(), `tern-load-spy-${uniquePrefix()}.mjs`);
  closing.push(() => rm(file));
  await writeFile(
    file,
    `import { registerHooks } from "node:module";
     registerHooks({ load(url, context, next) {
       if (/@opentelemetry\\/(?!api\\/)/.test(url)) console.log("loads " + url);
       return next(url, context);
     } });`,
  );
  return { NODE_OPTIONS: `--import=${file}` };
}

const loaded = (lines: readonly string[]) => lines.filter((line) => line.startsWith("loads "));

async function hasTrace({ store, connection }: World, id: string): Promise<boolean> {
  const record = keyOf.record(senderBase(store.prefix, "demo"), id.slice("msg_demo_".length));
  return (await connection.hexists(record, "tr")) === 1;
}

/** Sends a message as a caller that traces would, and waits until it is read. */
async function sendTraced({ system, acceptedIds, settle }: World, traceId: string, flags = "01"): Promise<string> {
  const response = await fetch(`${system.apiUrls[0]}/v1/messages`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${system.apiKey}`,
      "content-type": "application/json",
      traceparent: `00-${traceId}-${CALLER.spanId}-${flags}`,
    },
    body: JSON.stringify(aMessage(1, { text: { body: TEXT } })),
  });
  const { id } = (await response.json()) as { id: string };
  acceptedIds.push(id);
  await settle(isRead, 20_000);
  return id;
}

function only(spans: readonly ReceivedSpan[], service: string, name: string): ReceivedSpan {
  const found = spans.filter((span) => span.service === service && span.name === name);
  if (found.length !== 1) throw new Error(`${found.length} spans of ${service} are called ${name}`);
  return found[0] as ReceivedSpan;
}

test("a message is one trace: caller, API, worker, the provider's call, and each report of it", async () => {
  const { world, collector, tap, lines } = await startTracedWorld({ isOn: true });
  const id = await sendTraced(world, CALLER.traceId);
  const inTrace = () => collector.spans.filter((span) => span.traceId === CALLER.traceId);
  await waitUntil(() => inTrace().length >= 7, { what: "the spans to be exported" });

  const spans = inTrace();
  const api = only(spans, "tern-api", "POST /v1/messages");
  const handed = only(spans, "tern-api", "send demo");
  const processed = only(spans, "tern-worker", "process demo");
  const call = only(spans, "tern-worker", "POST /messages");
  expect(api.parentSpanId).toBe(CALLER.spanId);
  expect(handed.parentSpanId).toBe(api.spanId);
  expect(processed.parentSpanId).toBe(handed.spanId);
  expect(call.parentSpanId).toBe(processed.spanId);
  const reports = spans.filter((span) => span.service === "tern-webhook");
  expect(reports.map((span) => span.attributes["tern.status"]).sort()).toEqual(["delivered", "read", "sent"]);
  for (const report of reports) {
    expect(report.parentSpanId).toBe(handed.spanId);
    // The request that brought it is a trace of its own: it may bring the reports of many messages.
    const [link] = report.links;
    expect(collector.spans.find((span) => span.spanId === link?.spanId)?.name).toBe("POST /webhook");
  }
  for (const span of [handed, processed, ...reports]) {
    expect(span.attributes).toMatchObject({ "messaging.destination.name": "demo", "messaging.message.id": id });
  }

  // The provider is a third party: it learns nothing of the trace, neither from a header nor from the body.
  expect(tap.requests.length).toBeGreaterThan(0);
  for (const { headers, body } of tap.requests) {
    expect(Object.keys(headers)).not.toContain("traceparent");
    expect(body).not.toContain(CALLER.traceId);
  }
  // And the collector learns nothing of the person, the text or the keys.
  const sent = collector.bodies.join("\n");
  const secrets = [world.system.apiKey, world.system.providerKey("demo")];
  for (const secret of ["100000001", TEXT, "Anna", ...secrets]) expect(sent).not.toContain(secret);

  const traced = lines
    .filter((line) => line.includes(`"trace_id":"${CALLER.traceId}"`))
    .map((line) => JSON.parse(line));
  expect(new Set(traced.map((line) => line.service))).toEqual(new Set(["api", "worker", "webhook"]));
  expect(await hasTrace(world, id)).toBe(true);
  expect(loaded(lines).length).toBeGreaterThan(0);

  // Whose caller does not record its trace: no span of it, and not a byte in its record.
  const other = CALLER.traceId.replace("0", "1");
  expect(await hasTrace(world, await sendTraced(world, other, "00"))).toBe(false);
  const before = collector.spans.length;
  await sendTraced(world, CALLER.traceId);
  await waitUntil(() => collector.spans.length >= before + 7, { what: "the spans of the message after it" });
  expect(collector.spans.filter((span) => span.traceId === other)).toEqual([]);
}, 60_000);

test("without a collector nothing of OpenTelemetry is loaded, told or kept", async () => {
  const { world, lines, collector } = await startTracedWorld({ isOn: false });
  const id = await sendTraced(world, CALLER.traceId);
  expect(loaded(lines)).toEqual([]);
  expect(lines.filter((line) => line.includes("trace_id"))).toEqual([]);
  expect(await hasTrace(world, id)).toBe(false);
  expect(collector.bodies).toEqual([]);
}, 60_000);
