// What goes wrong, by class and code, with what a person can do about each.

import { grew } from "../rules/grew.ts";
import { ALL_SENDERS, type DashboardSpec, type Stat } from "./dashboard.ts";
import { quantile } from "./promises.ts";

/** What the page says of a failure's class or code. The wording comes from the tables of packages/dialog360. */
export interface FailureHints {
  /** A line for each class: its name, what it means, what Tern does. */
  readonly classes: readonly (readonly [name: string, meaning: string, does: string])[];
  /** A line for each code: the code or its range, its class, what it means, what a person can do. */
  readonly codes: readonly (readonly [code: string, className: string, meaning: string, hint: string])[];
}

const CHOSEN = 'sender=~"$sender"';
const TROUBLE = `tern_send_outcomes_total{${CHOSEN}, class!="accepted"}`;
const ended = (status: string) => `tern_messages_ended_total{${CHOSEN}, status="${status}"}`;

function lastHour(title: string, counter: string, limits: Stat["limits"] & object, description: string): Stat {
  return {
    kind: "stat",
    title,
    description,
    unit: "short",
    limits,
    queries: [{ expr: `sum(${grew(counter, "1h")}) or vector(0)`, legend: title }],
    alerts: ["TernMessagesFailing"],
  };
}

export function failures(hints: FailureHints): DashboardSpec {
  return {
    uid: "tern-failures",
    title: "Tern: failures",
    description: "What goes wrong, by class and code, and what a person can do about each.",
    choices: [ALL_SENDERS],
    rows: [
      {
        title: "The last hour",
        height: 4,
        panels: [
          lastHour(
            "Failed",
            ended("failed"),
            { amber: 10, red: 1_000 },
            "Messages that will not be delivered. See the table for the code, and the hints below it. GET /v1/failures lists them; what can be mended can be sent again from there.",
          ),
          lastHour(
            "Expired",
            ended("expired"),
            { amber: 1, red: 100 },
            "Messages not sent before their expiresAt: the sender was stopped or paused, or its backlog too long. See lanes and limits.",
          ),
          {
            ...lastHour(
              "Refused by the API",
              "tern_messages_refused_total",
              { amber: 100, red: 10_000 },
              "Requests for messages not accepted. invalid and unauthorized are the caller's; memory, redis and backlog are ours.",
            ),
            alerts: ["TernRefusing"],
          },
          {
            ...lastHour(
              "Throttled",
              `tern_throttled_total{${CHOSEN}}`,
              { amber: 100, red: 10_000 },
              "Sends told to slow down. Nothing fails by it. If it lasts, lower the sender's pace.",
            ),
            alerts: ["TernThrottledLong"],
          },
          {
            ...lastHour(
              "Answers lost",
              `tern_send_outcomes_total{${CHOSEN}, class="unknown"}`,
              { amber: 1, red: 100 },
              "Sends without an answer, or with one that says nothing: the message is in doubt until a webhook or its policy settles it. Check the way to the provider.",
            ),
            alerts: ["TernUnconfirmedOverdue"],
          },
          {
            ...lastHour(
              "Left by dead workers",
              `tern_leases_reaped_total{${CHOSEN}}`,
              { amber: 1, red: 100 },
              "Sends whose worker died or froze: they are in doubt. Find out why the worker ended.",
            ),
            alerts: ["TernLeasesReaped"],
          },
        ],
      },
      {
        title: "By class",
        height: 8,
        panels: [
          {
            kind: "graph",
            title: "Answers other than accepted, in five minutes",
            description:
              "By class. rejected: the message or its recipient is wrong. misconfigured: our side is wrong and the sender has stopped. unknown: in doubt. unreachable: no connection. The classes are explained below.",
            unit: "short",
            stacked: true,
            queries: [{ expr: `sum by (class) (${grew(TROUBLE, "5m")})`, legend: "{{class}}" }],
            alerts: ["TernMessagesFailing"],
          },
          {
            kind: "graph",
            title: "Ended badly, in five minutes",
            description:
              "Messages that ended failed, expired or canceled, by class. A jump has a common cause: look at the code in the table.",
            unit: "short",
            stacked: true,
            queries: [
              {
                expr: `sum by (status, class) (${grew(`tern_messages_ended_total{${CHOSEN}}`, "5m")})`,
                legend: "{{status}} ({{class}})",
              },
            ],
            alerts: ["TernMessagesFailing"],
          },
          {
            kind: "graph",
            title: "Refused by the API, in five minutes",
            description:
              "By reason. memory: Redis is nearly full. redis: it does not answer. backlog: a caller has too many messages waiting. The others are for the caller to mend.",
            unit: "short",
            stacked: true,
            queries: [{ expr: `sum by (reason) (${grew("tern_messages_refused_total", "5m")})`, legend: "{{reason}}" }],
            alerts: ["TernRefusing"],
          },
        ],
      },
      {
        title: "By code",
        height: 10,
        panels: [
          {
            kind: "table",
            title: "Answers by class and code, in the time shown",
            description:
              "How often the provider answered with each code, by sender. Look the code up in the hints below (or docs/errors.md); 'none' is an answer without a code, 'other' one that is not documented.",
            unit: "short",
            labels: { sender: "Sender", class: "Class", code: "Code" },
            columns: [
              { title: "Times", expr: `sum by (sender, class, code) (${grew(TROUBLE, "$__range")})`, unit: "short" },
            ],
            sortBy: "Times",
            span: 12,
            alerts: ["TernMessagesFailing"],
          },
          {
            kind: "graph",
            title: "Time to an answer, by class (99 %)",
            description:
              "How long the provider took. 'unknown' near the send timeout: it does not answer. All slow: the provider or the way to it; the pace in force may not be reached.",
            unit: "s",
            queries: [{ expr: quantile(0.99, "tern_send_answer_seconds_bucket", ["class"]), legend: "{{class}}" }],
            span: 12,
            alerts: ["TernProviderAway"],
          },
        ],
      },
      {
        title: "What it means, and what to do",
        height: 18,
        panels: [
          {
            kind: "text",
            title: "Classes",
            description: "What each class means and what Tern does. Written from the same tables as docs/errors.md.",
            markdown: markdownTable(["class", "what it means", "what Tern does"], hints.classes),
            span: 8,
          },
          {
            kind: "text",
            title: "Codes",
            description:
              "What each code means and what a person can do. Written from the same tables as docs/errors.md.",
            markdown: markdownTable(["code", "class", "what it means", "what to do"], hints.codes),
            span: 16,
          },
        ],
      },
    ],
  };
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
