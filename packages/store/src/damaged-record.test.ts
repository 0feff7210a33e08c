import { describe, expect, test } from "@jest/globals";
import { DAY_MS, keyOf } from "./keys.ts";
import type { Taken } from "./moves.ts";
import { aStatus, finishOf, idsOf, NOON_MS, verdicts, type World, worldsOfThisFile } from "./testing/world.ts";

// A script is not rolled back: what it did before it met a record that cannot be read stays done. So whatever one message
// breaks on must be that message's trouble alone. It is set aside, to be seen; its neighbours in the same call, and those
// behind it in line, go on.

const newWorld = worldsOfThisFile();

/** Ways a record can be damaged. */
const DAMAGES: Record<string, (world: World, localId: string) => Promise<unknown>> = {
  "a string instead of a hash": async ({ redis, base }, id) => {
    await redis.del(keyOf.record(base, id));
    await redis.set(keyOf.record(base, id), "?");
  },
  "no time of acceptance": ({ redis, base }, id) => redis.hdel(keyOf.record(base, id), "q"),
  "no recipient": ({ redis, base }, id) => redis.hdel(keyOf.record(base, id), "to"),
  "no caller": ({ redis, base }, id) => redis.hdel(keyOf.record(base, id), "c"),
  "no rank": ({ redis, base }, id) => redis.hdel(keyOf.record(base, id), "k"),
  "an expiry that is no number": ({ redis, base }, id) => redis.hset(keyOf.record(base, id), "e", "soon"),
};
const damages = Object.keys(DAMAGES);
const damage = (how: string, world: World, id: string) => DAMAGES[how]?.(world, id);

/** Those that were set aside, oldest first. */
async function asideOf({ redis, base }: World): Promise<string[]> {
  const entries = await redis.xrange(keyOf.aside(base), "-", "+");
  return entries.map(([, fields]) => (JSON.parse(fields[3] ?? "{}") as { id: string }).id);
}

const leasesOf = async ({ redis, base }: World) =>
  (await redis.zrange(keyOf.wire(base), "0", "-1")).map((member) => member.slice(0, 26)).sort();

const placesOf = (world: World, ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await world.record(id)).place));

/** Three messages on the wire. */
async function acceptAndTake(world: World): Promise<readonly Taken[]> {
  await world.accept({}, {}, {});
  return world.take();
}

describe.each(damages)("a record with %s in the middle of a batch", (how) => {
  test("begin: every neighbour is on the wire with its lease, its slot and its content", async () => {
    const world = newWorld({ pace: 1_000 });
    const [first = "", bad = "", second = "", third = ""] = idsOf(await world.accept({}, {}, {}, {}));
    await damage(how, world, bad);
    const taken = await world.take();
    expect(taken.map(({ localId }) => localId)).toEqual([first, second, third]);
    expect(taken.every(({ content }) => content.includes("Hello"))).toBe(true);
    expect(await leasesOf(world)).toEqual([first, second, third]);
    expect(await asideOf(world)).toEqual([bad]);
    expect(await world.look()).toMatchObject({ messages: [], hasMore: false }); // and it is met no more
  });

  test("promote: every neighbour that has come due is back in line, and can be sent", async () => {
    const world = newWorld();
    const taken = await acceptAndTake(world);
    for (const one of taken) await world.finish(one, verdicts.retry(1_000));
    const [first = "", bad = "", second = ""] = taken.map(({ localId }) => localId);
    await damage(how, world, bad);
    world.pass(1_000);
    await world.promote();
    expect((await world.take()).map(({ localId }) => localId)).toEqual([first, second]);
    expect(await asideOf(world)).toEqual([bad]);
    expect(await world.redis.zcard(keyOf.later(world.base))).toBe(0);
  });

  test("promote: every neighbour that has expired has ended", async () => {
    const world = newWorld();
    const expiresAtMs = NOON_MS + 1_000;
    const [first = "", bad = "", second = ""] = idsOf(
      await world.accept({ expiresAtMs }, { expiresAtMs }, { expiresAtMs }),
    );
    await damage(how, world, bad);
    world.pass(1_000);
    await world.promote();
    for (const id of [first, second]) expect((await world.record(id)).status).toBe("expired");
    expect(await world.redis.zcard(keyOf.ends(world.base))).toBe(0);
  });

  test("promote: every neighbour whose template is released goes on", async () => {
    const world = newWorld();
    await world.store.pause(world.sender.id, { kind: "template", name: "offer" }, "ops");
    const offer = { template: "offer" };
    const [first = "", bad = "", second = ""] = idsOf(await world.accept(offer, offer, offer));
    await world.take();
    await damage(how, world, bad);
    await world.store.resume(world.sender.id, { kind: "template", name: "offer" }, "ops");
    await world.promote();
    expect((await world.take()).map(({ localId }) => localId)).toEqual([first, second]);
    expect(await asideOf(world)).toEqual([bad]);
  });

  test("finish: every neighbour is where its verdict says, and the turn of each has passed", async () => {
    const world = newWorld();
    const recipients = ["+491", "+492", "+493"];
    await world.accept(...recipients.map((to) => ({ to })));
    const taken = await world.take();
    const behind = idsOf(await world.accept(...recipients.map((to) => ({ to }))));
    await damage(how, world, taken[1]?.localId ?? "");
    const finished = await Promise.all(
      taken.map((one) => world.store.finish(world.sender.id, finishOf(one, verdicts.submit(`wamid.${one.localId}`)))),
    );
    expect([finished[0]?.result, finished[2]?.result]).toEqual(["done", "done"]);
    expect(await leasesOf(world)).toEqual([]);
    const [first, , third] = taken.map(({ localId }) => localId);
    for (const id of [first, third]) expect((await world.record(id ?? "")).status).toBe("submitted");
    const next = (await world.take()).map(({ localId }) => localId);
    expect(next).toEqual(expect.arrayContaining([behind[0], behind[2]]));
  });

  test("reap: every neighbour is in doubt, and no lease is left", async () => {
    const world = newWorld();
    const taken = await acceptAndTake(world);
    await damage(how, world, taken[1]?.localId ?? "");
    world.pass(10_000);
    await world.reap();
    expect(await leasesOf(world)).toEqual([]);
    for (const at of [0, 2]) {
      expect(await world.record(taken[at]?.localId ?? "")).toMatchObject({ status: "unconfirmed", place: "later" });
    }
  });

  test("apply: every neighbour has its status", async () => {
    const world = newWorld();
    const taken = await acceptAndTake(world);
    await damage(how, world, taken[1]?.localId ?? "");
    await world.webhook(
      ...taken.map((message) => ({ status: "sent" as const, wamid: `wamid.${message.localId}`, message })),
    );
    for (const at of [0, 2]) expect((await world.record(taken[at]?.localId ?? "")).status).toBe("sent");
  });
});

const TO_HASH = "redis.call('DEL', KEYS[1]) return redis.call('HSET', KEYS[1], 'a', 1)";

test.each([
  { what: "gone", does: ({ redis, base }: World, id: string) => redis.del(keyOf.content(base, id)) },
  { what: "no text", does: ({ redis, base }: World, id: string) => redis.eval(TO_HASH, 1, keyOf.content(base, id)) },
])("a message whose content is $what is set aside, not sent empty; its neighbours go", async ({ does }) => {
  const world = newWorld({ pace: 1_000 });
  const [first = "", bad = "", second = ""] = idsOf(await world.accept({}, {}, {}));
  await does(world, bad);
  expect((await world.take()).map(({ localId }) => localId)).toEqual([first, second]);
  expect(await leasesOf(world)).toEqual([first, second]);
  expect(await asideOf(world)).toEqual([bad]);
});

// The neighbour that finds it here is another: whoever passes the turn on to it, or comes to stand behind it.
describe("a damaged record in a recipient's order", () => {
  const STRING = damages[0] ?? "";

  test("that is a string does not take down who passes the turn to it, and is waited for no longer", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const bad = await world.waiting({ to: "+491" });
    await damage(STRING, world, bad);
    expect((await world.finish(sending, verdicts.submit("wamid.A"))).result).toBe("done");
    expect((await world.record(sending.localId)).status).toBe("submitted");
    expect(await asideOf(world)).toEqual([bad]);
    await world.send({ to: "+491" });
  });

  test("that has lost its caller is stepped over: the one behind it is next", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+491" });
    const [bad = "", behind = ""] = idsOf(await world.accept({ to: "+491" }, { to: "+491" }));
    await damage("no caller", world, bad);
    expect(await world.finish(sending, verdicts.submit("wamid.A"))).toEqual({ result: "done", isReady: true });
    expect(await asideOf(world)).toEqual([bad]);
    await world.sendAgain(behind);
  });

  // The leases are written last, so a script that stops before them leaves its messages on the wire with nobody to ask.
  test("does not cost those their lease that are begun in the same look", async () => {
    const world = newWorld();
    const [, bad = ""] = idsOf(await world.accept({ to: "+491", expiresAtMs: NOON_MS + 1 }, { to: "+491" }));
    const others = idsOf(await world.accept({}, {}));
    await damage("no caller", world, bad);
    world.pass(1);
    expect((await world.take()).map(({ localId }) => localId)).toEqual(others);
    expect(await leasesOf(world)).toEqual(others);
  });

  test("is canceled around: who cancels the one before it is answered", async () => {
    const world = newWorld();
    const [first = "", bad = ""] = idsOf(await world.accept({ to: "+491" }, { to: "+491" }));
    await damage(STRING, world, bad);
    expect((await world.store.cancel(world.sender.id, first, null)).result).toBe("canceled");
    expect(await placesOf(world, [first])).toEqual(["none"]);
  });

  test("is waited for by nobody who comes back", async () => {
    const world = newWorld();
    const planned = await world.waiting({ to: "+491", sendAtMs: NOON_MS + 1_000 });
    await damage(STRING, world, await world.waiting({ to: "+491" }));
    world.pass(1_000);
    await world.promote();
    expect((await world.take()).map(({ localId }) => localId)).toEqual([planned]);
  });
});

// Spellings are joined last, after turns have passed and before what became ready is put in line.
describe("a window that is no time, of somebody who turns out to have another spelling", () => {
  const [ONE, OTHER] = ["+491", "+492"] as const;
  const spellings = [[ONE, OTHER]] as const;
  const damagedWindows = async ({ redis, base, nowMs }: World) => {
    const day = Math.floor(nowMs / DAY_MS);
    await redis.hset(keyOf.windows(base, day), ONE, "soon", OTHER, "late");
    await redis.hset(keyOf.entries(base, day), ONE, "soon", OTHER, "late");
    await redis.pexpire(keyOf.windows(base, day), DAY_MS);
    await redis.pexpire(keyOf.entries(base, day), DAY_MS);
  };
  const news = { statuses: [], inbound: [], aside: [], raw: null };

  test("finish: the turn passes all the same, and who has it can be sent", async () => {
    const world = newWorld();
    const sending = await world.send({ to: "+493" });
    const behind = await world.waiting({ to: "+493" });
    await damagedWindows(world);
    await world.store.finish(world.sender.id, { ...finishOf(sending, verdicts.submit("wamid.A")), spellings });
    await world.sendAgain(behind);
  });

  test("apply: the turn passes all the same, and who has it can be sent", async () => {
    const world = newWorld();
    const doubtful = await world.send({ to: "+493" });
    await world.finish(doubtful, verdicts.doubt(60_000, "resend"));
    const behind = await world.waiting({ to: "+493" });
    await damagedWindows(world);
    const statuses = [aStatus({ status: "sent", message: doubtful })];
    await world.store.apply(world.sender, { ...news, statuses, spellings });
    expect((await world.record(doubtful.localId)).status).toBe("sent");
    await world.sendAgain(behind);
  });

  test("promote: what has come due can be sent", async () => {
    const world = newWorld();
    const planned = await world.waiting({ to: "+493", sendAtMs: NOON_MS + 1_000 });
    await world.redis.sadd(keyOf.joins(world.base), `${ONE} ${OTHER}`);
    await damagedWindows(world);
    world.pass(1_000);
    await world.promote();
    await world.sendAgain(planned);
  });

  test("is put right by the next message of that person, which costs nobody his place, either", async () => {
    const world = newWorld();
    const doubtful = await world.send({ to: "+493" });
    await world.finish(doubtful, verdicts.doubt(60_000, "resend"));
    const behind = await world.waiting({ to: "+493" });
    await damagedWindows(world);
    const statuses = [aStatus({ status: "sent", message: doubtful })];
    const inbound = [{ wamid: "wamid.in", atMs: NOON_MS, json: "{}", opensWindowOf: ONE, isFromAd: true }];
    await world.store.apply(world.sender, { ...news, statuses, inbound });
    expect(await world.store.readContact(world.sender.id, ONE)).toMatchObject({ lastInboundAtMs: NOON_MS });
    await world.sendAgain(behind);
  });
});
