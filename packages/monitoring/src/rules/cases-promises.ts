// The alerts on promises with a budget all work alike (slo.ts), so their stories are told once, for each of them.

import type { AlertCase, Series } from "./cases.ts";

/** So many minutes with so many events each, and the part of them that was bad. */
interface Phase {
  readonly minutes: number;
  readonly events: number;
  readonly badShare: number;
}

interface PromiseShape {
  readonly alert: string;
  /** Level and metric of its recording rules. */
  readonly figure: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly budget: number;
  /** The metrics that say this, from running totals of good and bad events. */
  readonly series: (totals: Readonly<Record<"all" | "good" | "bad" | "none" | "busy", string>>) => Series;
}

export const PROMISES: readonly PromiseShape[] = [
  {
    alert: "TernUrgentLate",
    figure: "tern:urgent_late",
    labels: {},
    budget: 0.01,
    series: ({ all, good, none }) => ({
      'tern_queued_seconds_count{job="tern-worker",lane="urgent"}': all,
      'tern_queued_seconds_bucket{job="tern-worker",lane="urgent",le="0.25"}': good,
      'tern_queued_seconds_count{job="tern-worker",lane="bulk"}': all,
      'tern_queued_seconds_bucket{job="tern-worker",lane="bulk",le="0.25"}': none,
    }),
  },
  {
    alert: "TernWebhookSlow",
    figure: "tern:webhook_slow",
    labels: {},
    budget: 0.05,
    series: ({ all, good }) => ({
      'tern_webhook_request_seconds_count{job="tern-webhook"}': all,
      'tern_webhook_request_seconds_bucket{job="tern-webhook",le="0.25"}': good,
      'tern_webhook_request_seconds_bucket{job="tern-webhook",le="0.5"}': all,
    }),
  },
  {
    alert: "TernWebhookFailing",
    figure: "tern:webhook_failed",
    labels: {},
    budget: 0.001,
    series: ({ all, good, bad }) => ({
      'tern_webhook_requests_total{job="tern-webhook",result="ok"}': good,
      'tern_webhook_requests_total{job="tern-webhook",result="unavailable"}': bad,
      'tern_webhook_request_seconds_count{job="tern-webhook"}': all,
      'tern_webhook_request_seconds_bucket{job="tern-webhook",le="5"}': all,
    }),
  },
  {
    alert: "TernMessagesFailing",
    figure: "tern_sender:messages_failed",
    labels: { sender: "demo" },
    budget: 0.05,
    series: ({ all, bad, none, busy }) => ({
      // Taken by the provider, and reported as failed later: the events are those sent.
      'tern_messages_sent_total{job="tern-worker",sender="demo",lane="normal"}': all,
      'tern_messages_ended_total{job="tern-webhook",sender="demo",lane="normal",status="failed",class="rejected"}': bad,
      'tern_messages_ended_total{job="tern-api",sender="demo",lane="normal",status="canceled",class="none"}': all,
      'tern_messages_sent_total{job="tern-worker",sender="other",lane="normal"}': busy,
      'tern_messages_ended_total{job="tern-worker",sender="other",lane="normal",status="expired",class="none"}': none,
    }),
  },
  {
    alert: "TernApiFailing",
    figure: "tern:api_failed",
    labels: {},
    budget: 0.001,
    series: ({ all, good, bad }) => ({
      'tern_http_requests_total{job="tern-api",route="/v1/messages",method="POST",status="202"}': good,
      'tern_http_requests_total{job="tern-api",route="/v1/messages",method="POST",status="503"}': bad,
      'tern_http_requests_total{job="tern-api",route="/v1/messages",method="POST",status="400"}': all,
    }),
  },
];

/** The running totals of a story, one value a minute, beginning with zeros. */
export function seriesOf({ series }: Pick<PromiseShape, "series">, phases: readonly Phase[]): Series {
  let [good, bad] = [0, 0];
  const totals = { all: ["0"], good: ["0"], bad: ["0"], none: ["0"], busy: ["0"] };
  for (const { minutes, events, badShare } of phases) {
    for (let minute = 0; minute < minutes; minute += 1) {
      bad += events * badShare;
      good += events * (1 - badShare);
      totals.all.push(String(good + bad));
      totals.good.push(String(good));
      totals.bad.push(String(bad));
      totals.none.push("0");
      totals.busy.push(String(totals.busy.length * 1_000));
    }
  }
  const texts = Object.fromEntries(Object.entries(totals).map(([name, values]) => [name, values.join(" ")]));
  return series(texts as Record<keyof typeof totals, string>);
}

export function promiseCases(): AlertCase[] {
  return PROMISES.flatMap((promise) => {
    const { alert, labels, budget } = promise;
    // The API's second series of good events halves its shares; what counts is how many times the budget.
    const dilution = alert === "TernApiFailing" ? 2 : 1;
    const share = (times: number) => Math.min(1, times * budget * dilution);
    const page = { severity: "page", ...labels };
    const ticket = { severity: "ticket", ...labels };
    const story = (
      when: string,
      phases: readonly Phase[],
      fires: readonly Readonly<Record<string, string>>[],
    ): AlertCase => ({ alert, when, series: seriesOf(promise, phases), at: "70m", fires });
    return [
      story(
        "the month's budget would be gone in two days",
        [{ minutes: 70, events: 1_000, badShare: share(16) }],
        [page, ticket],
      ),
      story("it would be gone in four days", [{ minutes: 70, events: 1_000, badShare: share(8) }], [page, ticket]),
      story("it would be gone in a week", [{ minutes: 70, events: 1_000, badShare: share(4) }], [ticket]),
      story("it would be gone in two weeks", [{ minutes: 70, events: 1_000, badShare: share(2) }], [ticket]),
      story("the budget is kept", [{ minutes: 70, events: 1_000, badShare: share(0.9) }], []),
      story(
        "it was bad and has been well for the last 35 minutes",
        [
          { minutes: 35, events: 1_000, badShare: share(16) },
          { minutes: 35, events: 1_000, badShare: 0 },
        ],
        [ticket],
      ),
      story("too few events to say anything", [{ minutes: 70, events: 0.25 / dilution, badShare: 1 }], []),
    ];
  });
}
