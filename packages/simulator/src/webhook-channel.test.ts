import { describe, expect, test } from "@jest/globals";
import { createActivity } from "./activity.ts";
import type { Behaviour } from "./admin-types.ts";
import { defaultBehaviour } from "./behaviour.ts";
import { createManualClock } from "./clock.ts";
import { createDeliveryStats } from "./delivery-stats.ts";
import { createPrng } from "./prng.ts";
import { createScheduler } from "./scheduler.ts";
import { number, statusesOf } from "./test-world.ts";
import { statusUpdate } from "./webhook-body.ts";
import { type ChannelOwner, createWebhookChannel } from "./webhook-channel.ts";
import type { WebhookPost } from "./webhook-poster.ts";

/** A channel on a manual clock, whose posts a test answers by hand. */
function aChannel(over: Partial<Behaviour> = {}) {
  const clock = createManualClock(0);
  const posts: { post: WebhookPost; atMs: number; answer: (isAcknowledged: boolean) => void }[] = [];
  const poster = {
    post: (post: WebhookPost, answer: (isAcknowledged: boolean) => void) => {
      posts.push({ post, atMs: clock.nowMs(), answer });
    },
    close: async () => {},
  };
  const activity = createActivity();
  const stats = createDeliveryStats();
  const owner: ChannelOwner = {
    identity: number,
    target: { origin: "http://127.0.0.1:1", path: "/", headers: [] },
    behaviour: { ...defaultBehaviour, ...over },
    signing: null,
    isLegacy: false,
    cloneTargets: [],
  };
  const deps = { clock, scheduler: createScheduler(clock), poster, activity, stats, chance: createPrng(1) };
  return { channel: createWebhookChannel(owner, deps), clock, posts, activity, stats, owner };
}

function anUpdate(wamid: string) {
  const to = { phone: "+491511", userId: "DE.1", parentUserId: null, username: null, profileName: "Ada" };
  const report = { to, isBsuid: false, callbackData: null, pricing: null, errorCode: null };
  return statusUpdate({ ...report, wamid, status: "sent", atMs: 0 });
}

const idsOf = ({ body }: WebhookPost) => statusesOf(body).map((status) => status.id);

describe("retries", () => {
  test("a webhook not acknowledged comes again after base, twice base and so on, up to the cap", () => {
    const { channel, clock, posts, activity, stats } = aChannel({ webhookRetryBaseMs: 100, webhookRetryCapMs: 350 });
    channel.push(anUpdate("a"));

    for (let attempt = 0; attempt < 5; attempt += 1) {
      posts.at(-1)?.answer(false);
      clock.advance(1000);
    }
    posts.at(-1)?.answer(true);

    // After the clock was moved by a second each time: 100, then 200, then 350 three times after the failure.
    expect(posts.map(({ atMs }) => atMs)).toEqual([0, 100, 1200, 2350, 3350, 4350]);
    expect(new Set(posts.map(({ post }) => post.body)).size).toBe(1);
    expect(stats.report(activity.open)).toMatchObject({ sent: 1, retried: 5, failed: 5, givenUp: 0, outstanding: 0 });
  });

  test("it is given up after the time for retries, and not before", () => {
    const { channel, clock, posts, stats, activity } = aChannel({
      webhookRetryBaseMs: 100,
      webhookRetryFactor: 1,
      webhookRetryForMs: 300,
    });
    channel.push(anUpdate("a"));

    for (let attempt = 0; attempt < 10; attempt += 1) {
      posts[attempt]?.answer(false);
      clock.advance(100);
    }

    expect(posts.map(({ atMs }) => atMs)).toEqual([0, 100, 200, 300]);
    expect(stats.givenUp).toBe(1);
    expect(activity.open).toBe(0);
  });

  test("a webhook waiting for its retry holds up nobody", () => {
    const { channel, posts } = aChannel({ webhookConcurrency: 1 });
    channel.push(anUpdate("a"));
    channel.push(anUpdate("b"));
    expect(posts.length).toBe(1);

    posts[0]?.answer(false);

    expect(posts.map(({ post }) => idsOf(post))).toEqual([["a"], ["b"]]);
  });

  test("a retry goes where the webhook is configured now", () => {
    const { channel, clock, posts, owner } = aChannel();
    channel.push(anUpdate("a"));
    posts[0]?.answer(false);

    owner.target = { origin: "http://127.0.0.1:2", path: "/new", headers: [] };
    clock.advance(500);

    expect(posts[1]?.post.target.path).toBe("/new");
  });
});

describe("batches", () => {
  test("a full batch goes at once, the rest when the first of it has waited long enough", () => {
    const { channel, clock, posts } = aChannel({ batchMax: 3, batchWaitMs: 20 });
    for (const id of ["a", "b", "c", "d"]) channel.push(anUpdate(id));
    expect(posts.map(({ post }) => idsOf(post))).toEqual([["a", "b", "c"]]);

    clock.advance(19);
    channel.push(anUpdate("e"));
    expect(posts.length).toBe(1);
    clock.advance(1);

    expect(posts.map(({ post }) => idsOf(post))).toEqual([
      ["a", "b", "c"],
      ["d", "e"],
    ]);
  });

  test("both forms of a batch occur: one change with many statuses, and one change each", () => {
    const { channel, posts } = aChannel({ batchMax: 2 });
    for (let nth = 0; nth < 40; nth += 1) channel.push(anUpdate(`id-${nth}`));

    for (const { answer } of posts) answer(true);
    const changes = posts.map(({ post }) => JSON.parse(post.body).entry[0].changes.length);

    expect(new Set(changes)).toEqual(new Set([1, 2]));
  });
});

test("no more webhooks are under way at once than allowed", () => {
  const { channel, posts } = aChannel({ webhookConcurrency: 3 });
  for (let nth = 0; nth < 10; nth += 1) channel.push(anUpdate(`id-${nth}`));
  expect(posts.length).toBe(3);

  posts[1]?.answer(true);

  expect(posts.length).toBe(4);
});

test("a closed channel sends nothing, but still says that the first attempt is over", () => {
  const { channel, posts } = aChannel();
  let isOver = false;
  channel.close();

  channel.push(anUpdate("a"));
  channel.sendNow(anUpdate("b"), () => {
    isOver = true;
  });

  expect(posts.length).toBe(0);
  expect(isOver).toBe(true);
});
