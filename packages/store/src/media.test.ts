import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { HOUR_MS } from "./keys.ts";
import type { UploadedMedia } from "./media.ts";
import { NOON_MS, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const DAY_MS = 24 * HOUR_MS;
const photo: UploadedMedia = { id: "1001", mimeType: "image/png", bytes: 12, expiresAtMs: NOON_MS + 30 * DAY_MS };

describe("the same file of one sender", () => {
  test("is uploaded by whoever comes first, and by nobody else meanwhile", async () => {
    const { store, sender } = newWorld();
    const asked = await Promise.all(["a", "b", "c"].map((token) => store.takeUpload(sender.id, "file", token)));
    expect(asked.map(({ kind }) => kind)).toEqual(["yours", "anothers", "anothers"]);
  });

  test("has one id for all once it is uploaded", async () => {
    const { store, sender } = newWorld();
    await store.takeUpload(sender.id, "file", "a");
    await store.mediaUploaded(sender.id, "file", "a", { media: photo, knownForMs: DAY_MS });
    expect(await store.takeUpload(sender.id, "file", "b")).toEqual({ kind: "known", media: photo });
    expect(await store.takeUpload(sender.id, "another file", "b")).toEqual({ kind: "yours" });
  });

  test("is free again when its upload has failed", async () => {
    const { store, sender } = newWorld();
    await store.takeUpload(sender.id, "file", "a");
    await store.leaveUpload(sender.id, "file", "a");
    expect(await store.takeUpload(sender.id, "file", "b")).toEqual({ kind: "yours" });
  });

  test("stays with whoever keeps the lease; nobody else can keep it or give it back", async () => {
    const { store, sender } = newWorld();
    await store.takeUpload(sender.id, "file", "a");
    expect(await store.keepUpload(sender.id, "file", "a")).toBe(true);
    expect(await store.keepUpload(sender.id, "file", "b")).toBe(false);
    await store.leaveUpload(sender.id, "file", "b");
    expect(await store.takeUpload(sender.id, "file", "c")).toEqual({ kind: "anothers" });
  });

  test("is known to its own sender only", async () => {
    const world = newWorld();
    await world.store.takeUpload(world.sender.id, "file", "a");
    await world.store.mediaUploaded(world.sender.id, "file", "a", { media: photo, knownForMs: DAY_MS });
    expect(await world.store.takeUpload(world.another().sender.id, "file", "b")).toEqual({ kind: "yours" });
  });

  test("is uploaded anew after its id was deleted", async () => {
    const { store, sender } = newWorld();
    await store.mediaUploaded(sender.id, "file", "a", { media: photo, knownForMs: DAY_MS });
    await store.forgetMedia(sender.id, "no such id");
    expect((await store.takeUpload(sender.id, "file", "b")).kind).toBe("known");
    await store.forgetMedia(sender.id, photo.id);
    expect(await store.takeUpload(sender.id, "file", "b")).toEqual({ kind: "yours" });
  });
});

describe("requests for media", () => {
  const begin = ({ store, sender }: World, token: string) => store.beginMediaRequest(sender.id, token);

  test("go on while they succeed, four at a time", async () => {
    const world = newWorld();
    for (const token of ["a", "b", "c", "d"]) expect(await begin(world, token)).toEqual({ kind: "asked" });
    expect(await begin(world, "e")).toEqual({ kind: "busy" });
    await world.store.mediaAnswered(world.sender.id, "a");
    expect(await begin(world, "e")).toEqual({ kind: "asked" });
  });

  test("stop after four failures until the oldest is an hour old", async () => {
    const world = newWorld();
    for (const token of ["a", "b", "c", "d"]) {
      await begin(world, token);
      await world.store.mediaFailed(world.sender.id, token);
      world.pass(60_000);
    }
    expect(await begin(world, "e")).toEqual({ kind: "shut", freeInMs: HOUR_MS - 4 * 60_000 });
    world.pass(HOUR_MS - 4 * 60_000);
    expect(await begin(world, "e")).toEqual({ kind: "asked" });
    expect(await begin(world, "f")).toEqual({ kind: "busy" });
  });

  test("count a failure that took no place, too", async () => {
    const world = newWorld();
    for (const token of ["a", "b", "c", "d"]) await world.store.mediaFailed(world.sender.id, token);
    expect((await begin(world, "e")).kind).toBe("shut");
  });

  test("give back the place of a process that died", async () => {
    const world = newWorld();
    for (const token of ["a", "b", "c", "d"]) await begin(world, token);
    world.pass(60_001);
    expect(await begin(world, "e")).toEqual({ kind: "asked" });
  });

  test("remember what the provider has refused", async () => {
    const { store, sender } = newWorld();
    await store.noteMediaRefused(sender.id, "77", '{"code":100}');
    expect(await store.mediaRefusal(sender.id, "77")).toBe('{"code":100}');
    expect(await store.mediaRefusal(sender.id, "78")).toBeNull();
  });

  // The promise: whatever the order of requests, answers and failures, no hour sees more than four failures of requests
  // that asked first.
  test("never fail more than four times within an hour, in whatever order they come and end", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ kind: "begin" as const }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("fail" as const), which: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("answer" as const), which: fc.nat(5) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: HOUR_MS }) }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = newWorld();
        const underWay: { token: string; sinceMs: number }[] = [];
        const failedAtMs: number[] = [];
        for (const [at, one] of steps.entries()) {
          if (one.kind === "pass") world.pass(one.ms);
          else if (one.kind === "begin") {
            const { kind } = await begin(world, `t${at}`);
            if (kind === "asked") underWay.push({ token: `t${at}`, sinceMs: world.nowMs });
          } else {
            const [ended] = underWay.splice(one.which % Math.max(1, underWay.length), 1);
            if (!ended || world.nowMs - ended.sinceMs >= 60_000) continue; // its process has died meanwhile
            if (one.kind === "answer") await world.store.mediaAnswered(world.sender.id, ended.token);
            else {
              await world.store.mediaFailed(world.sender.id, ended.token);
              failedAtMs.push(world.nowMs);
            }
          }
          const within = failedAtMs.filter((atMs) => atMs > world.nowMs - HOUR_MS);
          expect(within.length).toBeLessThanOrEqual(4);
        }
      }),
      { numRuns: 60 },
    );
  });
});
