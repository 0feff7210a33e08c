// Every query of every panel, asked of a real Prometheus that scrapes the real services under load: each answers, and each
// moves when what it shows moves. Grafana itself does not run here: what is tested is the committed JSON, and what
// Prometheus says to its queries with Grafana's variables filled in.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type PrometheusSample, waitUntil } from "@tern/devkit";
import { ACTS, CAUSES, type CauseName } from "./testing/causes.ts";
import { committedDashboards, filledIn, type PanelQuery, queriesOf } from "./testing/committed.ts";
import { type Move, moveOf } from "./testing/moves.ts";
import { startWorld, type World } from "./testing/world.ts";

/** What Grafana would put in, for a Prometheus that scrapes every second. */
const VARIABLES = { __rate_interval: "10s", __range: "5m", sender: ".*", portfolio: ".*" };
/** On the dashboard where one sender is chosen. */
const ONE_SENDER = { uid: "tern-sender", sender: "demo" };
const SEEN_WITHIN_MS = 20_000;
const MISSPELT = { from: "tern_waiting_messages", to: "tern_waiting_mesages" };

const dashboards = committedDashboards();
const queries = dashboards.flatMap(queriesOf);

/** A query in the story: what it answered before its cause, and at the last look after it. */
interface Seen {
  readonly before: readonly PrometheusSample[];
  after: readonly PrometheusSample[];
  hasMoved: boolean;
}

let world: World;
const seen = new Map<string, Seen>();
let silentWithMisspelling: string[] = [];
let answersOfStill: Map<string, readonly PrometheusSample[]>;

beforeAll(async () => {
  world = await startWorld();
  for (const act of ACTS) {
    await play(act);
    if (act.includes("traffic")) await lookAround();
  }
}, 240_000);

afterAll(async () => {
  await world?.stop();
}, 60_000);

async function ask({ expr, where }: PanelQuery): Promise<PrometheusSample[]> {
  const move = moveOf(where);
  const { sender = ONE_SENDER.sender } = move && "by" in move ? move : {};
  const values = where.startsWith(ONE_SENDER.uid) ? { ...VARIABLES, sender } : VARIABLES;
  const samples = await world.prometheus.query(filledIn(expr, values));
  return samples.filter(({ value }) => Number.isFinite(value));
}

/** Lets the causes of one act happen, and goes on with them until Prometheus has seen every query of theirs move. */
async function play(act: readonly CauseName[]): Promise<void> {
  const watched = queries.flatMap((query) => {
    const move = moveOf(query.where);
    return move && "by" in move && act.includes(move.by) ? [{ query, move }] : [];
  });
  await Promise.all(
    watched.map(async ({ query }) => {
      const before = await ask(query);
      seen.set(query.where, { before, after: before, hasMoved: false });
    }),
  );
  for (const cause of act) await CAUSES[cause].begin(world);
  const look = async () => {
    const still = watched.filter(({ query }) => seen.get(query.where)?.hasMoved === false);
    for (const cause of new Set(still.map(({ move }) => move.by))) await CAUSES[cause].goOn?.(world);
    await Promise.all(
      still.map(async ({ query, move }) => {
        const one = seen.get(query.where) as Seen;
        one.after = await ask(query);
        one.hasMoved = hasMoved(move, one);
      }),
    );
    return watched.every(({ query }) => seen.get(query.where)?.hasMoved);
  };
  // What has not moved by then is told by the test of its dashboard.
  await waitUntil(look, { what: act.join(" and "), timeoutMs: SEEN_WITHIN_MS, everyMs: 300 }).catch(() => {});
  for (const cause of act) await CAUSES[cause].end?.(world);
}

function hasMoved({ way, series = [{}] }: Move, { before, after }: Seen): boolean {
  return series.every((labels) => {
    const [was, is] = [totalOf(before, labels), totalOf(after, labels)];
    return is !== NOTHING && (way === "rises" ? is > was : is < was);
  });
}

const NOTHING = Number.NEGATIVE_INFINITY;

function totalOf(samples: readonly PrometheusSample[], labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels);
  const chosen = samples.filter((sample) => wanted.every(([name, value]) => sample.labels[name] === value));
  return chosen.length === 0 ? NOTHING : chosen.reduce((sum, { value }) => sum + value, 0);
}

/** In the middle of the load: what answers that does not move, and what a misspelling would look like. */
async function lookAround(): Promise<void> {
  const still = queries.filter(({ where }) => !("by" in (moveOf(where) ?? {})));
  answersOfStill = new Map(await Promise.all(still.map(async (query) => [query.where, await ask(query)] as const)));
  const spoiled = queries
    .filter(({ expr }) => expr.includes(MISSPELT.from))
    .map((query, at) => (at === 0 ? { ...query, expr: query.expr.replaceAll(MISSPELT.from, MISSPELT.to) } : query));
  const answers = await Promise.all(spoiled.map(async (query) => ({ query, samples: await ask(query) })));
  silentWithMisspelling = answers.filter(({ samples }) => samples.length === 0).map(({ query }) => query.where);
}

describe.each(dashboards.map((dashboard) => [dashboard.uid, dashboard] as const))("%s", (_, dashboard) => {
  test("every query answers, and moves when what it shows moves", () => {
    const wrong = queriesOf(dashboard).flatMap(({ where }) => {
      const move = moveOf(where);
      if (move === undefined) return [`${where}: nobody says what moves it (testing/moves.ts)`];
      if ("because" in move) return answersOfStill.get(where)?.length ? [] : [`${where}: no answer`];
      const one = seen.get(where);
      if (one?.hasMoved) return [];
      const figures = (move.series ?? [{}]).map((labels) => {
        const [was, is] = [one?.before, one?.after].map((samples = []) => totalOf(samples, labels));
        return `${JSON.stringify(labels)} ${was} before, ${is} after`;
      });
      return [`${where}: ${move.way} by ${move.by}? ${figures.join("; ")}`];
    });
    expect(wrong).toEqual([]);
  });

  test("series are named for labels that they have", () => {
    const wrong = queriesOf(dashboard).flatMap(({ where, legend }) => {
      const names = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
      const labels = seen.get(where)?.after[0]?.labels ?? {};
      return names.filter((name) => labels[name] === undefined).map((name) => `${where}: ${name}`);
    });
    expect(wrong).toEqual([]);
  });
});

test("a metric that is misspelt in one query is found, and in that one only", () => {
  const using = queries.filter(({ expr }) => expr.includes(MISSPELT.from)).map(({ where }) => where);
  expect(using.length).toBeGreaterThan(1);
  expect(silentWithMisspelling).toEqual(using.slice(0, 1));
});
