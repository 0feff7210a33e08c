// The text of docs/metrics.md.
import { END_CLASSES, END_STATUSES, LANES, STATUSES } from "@tern/core";
import { JOB_COUNT_METRIC } from "@tern/queue";
import { SENDER_STATES } from "@tern/store";
import { MEDIA_RESULTS, MEDIA_VERBS, REFUSAL_REASONS } from "../../services/api/src/metrics.ts";
import { ITEM_RESULTS, REQUEST_RESULTS } from "../../services/webhook/src/metrics.ts";
import { SEND_CLASSES } from "../../services/worker/src/metrics.ts";
import type { MetricRow } from "./registries.ts";
import { USES } from "./uses.ts";

/** What a label may say: its whole set, or in words where the set is that of a deployment. */
const LABELS: Readonly<Record<string, readonly string[] | string>> = {
  sender: "ids of senders",
  portfolio: "ids of portfolios",
  provider: "addresses of the provider, as configured",
  lane: LANES,
  version: "the release",
  route: "paths of the API as declared, or `unmatched`",
  method: "GET, HEAD, POST, PUT, DELETE or `other`",
  queue: "`send.` and the id of a sender",
  "tern_http_requests_total status": "the HTTP status, or `aborted`",
  "tern_messages_refused_total reason": REFUSAL_REASONS,
  "tern_media_requests_total what": MEDIA_VERBS,
  "tern_media_requests_total result": MEDIA_RESULTS,
  "tern_send_outcomes_total class": SEND_CLASSES,
  "tern_send_outcomes_total code": "Meta's codes of [errors.md](errors.md), `none` or `other`",
  "tern_send_answer_seconds class": SEND_CLASSES,
  "tern_messages_ended_total status": END_STATUSES,
  "tern_messages_ended_total class": END_CLASSES,
  "tern_statuses_total status": Object.keys(STATUSES).filter((status) =>
    ["sent", "delivered", "read", "played", "failed"].includes(status),
  ),
  "tern_sender_state state": SENDER_STATES,
  "tern_webhook_requests_total result": REQUEST_RESULTS,
  "tern_webhook_items_total result": ITEM_RESULTS,
  "bullmq_job_count state": "BullMQ's states of a job",
};

/** Draws the page; throws an Error that names what has no use, no such labels, or is gone. */
export function metricsPage(byService: ReadonlyMap<string, readonly MetricRow[]>): string {
  const sections = groupByServices(byService);
  checkUses([...sections.values()].flat());
  const own = [...sections].flatMap(([services, rows]) => [
    `## ${headingOf(services, byService.size)}`,
    ABOUT[services] ?? "",
    table(rows.map(rowOf)),
  ]);
  return `${[
    "# Metrics",
    "Generated from the metrics that the services register (`node scripts/generate-metrics.ts`); do not edit.",
    INTRODUCTION,
    ...own,
    "## BullMQ, told by the worker",
    "Read from Redis, the same in every replica: take `max by (queue, state)`.",
    table([rowOf(JOB_COUNT_METRIC)]),
  ]
    .filter((paragraph) => paragraph !== "")
    .join("\n\n")}\n`;
}

const INTRODUCTION = `Each process serves its metrics at \`/metrics\` of its \`METRICS_PORT\`, in the Prometheus text format. Every series has the
label \`service\` besides those below. Labels come from closed sets and from the ids of the deployment file: never a phone
number, a message id or a template. A scrape takes at most two seconds; what Redis cannot tell in that time is missing, and
everything else is there.`;

const ABOUT: Readonly<Record<string, string>> = {
  "api worker webhook":
    "Counted where it is written down, once: add up the processes (`sum by (sender)`). The metrics of Node and the process are those of prom-client.",
  "api worker":
    "Read from Redis when somebody asks, one round trip for each sender. Every process that tells them tells the same: take `max by (sender, lane)`, not the sum.",
  "worker webhook": "Counted where it is written down, once: add up the processes.",
};

function headingOf(services: string, all: number): string {
  const names = services.split(" ");
  if (names.length === all) return "Every process";
  return names.length === 1 ? services : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** By the services that tell them, those told by most first. */
function groupByServices(byService: ReadonlyMap<string, readonly MetricRow[]>): ReadonlyMap<string, MetricRow[]> {
  const told = new Map<string, { row: MetricRow; services: string[] }>();
  for (const [service, rows] of byService) {
    for (const row of rows) {
      const known = told.get(row.name) ?? { row, services: [] };
      known.services.push(service);
      told.set(row.name, known);
    }
  }
  const groups = Map.groupBy(told.values(), ({ services }) => services.join(" "));
  return new Map(
    [...groups]
      .sort(([one], [other]) => other.split(" ").length - one.split(" ").length)
      .map(([services, entries]) => [
        services,
        entries.map(({ row }) => row).sort((one, other) => (one.name < other.name ? -1 : 1)),
      ]),
  );
}

function rowOf({ name, type, labelNames, help }: MetricRow): string[] {
  return [`\`${name}\``, type, labelNames.map((label) => labelText(name, label)).join("<br>"), help, useOf(name)];
}

function labelText(name: string, label: string): string {
  if (isOfNode(name)) return `\`${label}\``;
  const values = LABELS[`${name} ${label}`] ?? LABELS[label];
  if (values === undefined) throw new Error(`say in scripts/metrics/page.ts what the label ${label} of ${name} may be`);
  const text = typeof values === "string" ? values : values.map((value) => `\`${value}\``).join(", ");
  return `\`${label}\`: ${text}`;
}

function useOf(name: string): string {
  const use = USES[name] ?? (isOfNode(name) ? "whether the process itself is well" : undefined);
  if (use === undefined) throw new Error(`say in scripts/metrics/uses.ts what ${name} is for`);
  return use;
}

function isOfNode(name: string): boolean {
  return /^tern_(nodejs|process)_/.test(name);
}

function checkUses(rows: readonly MetricRow[]): void {
  const names = new Set([...rows.map(({ name }) => name), JOB_COUNT_METRIC.name]);
  const gone = Object.keys(USES).filter((name) => !names.has(name));
  if (gone.length > 0) throw new Error(`scripts/metrics/uses.ts speaks of what nobody registers: ${gone.join(", ")}`);
}

function table(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const head = ["metric", "type", "labels", "what it says", "what it is for"];
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
