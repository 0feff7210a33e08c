// Whoever finds his lease over must not write: others may have declared the message unconfirmed, and by now sent it.

import { beforeEach, describe, expect, test } from "@jest/globals";
import { createOnWire, type OnWire } from "./on-wire.ts";
import { createHandClock, type HandClock } from "./testing/hand-clock.ts";

const LEASE_MS = 7_000;

let clock: HandClock;
let onWire: OnWire;
/** What Redis says when asked to renew; the calls so far. */
let renew: (members: string[]) => Promise<string[]>;
let renewals: string[][];

beforeEach(() => {
  clock = createHandClock();
  renewals = [];
  renew = async () => [];
  onWire = createOnWire(
    "demo",
    {
      settings: { leaseMs: LEASE_MS } as never,
      renew: (_sender, sends) => {
        const members = sends.map((send) => `${send.localId}.${send.wireNumber}`);
        renewals.push(members);
        return renew(members);
      },
    },
    clock,
  );
});

const lease = (localId = "a", wireNumber = 1) => onWire.add(localId, wireNumber, clock.monotonicMs() + LEASE_MS);

describe("a lease", () => {
  test("is held until its end and not a moment longer", async () => {
    const held = lease();
    await clock.pass(LEASE_MS - 1);
    expect(held.isHeld()).toBe(true);
    await clock.pass(1);
    expect(held.isHeld()).toBe(false);
  });

  test("is over when the process was frozen past its end, at the first look, before anything else ran", () => {
    const held = lease();
    clock.freeze(60_000);
    expect(held.isHeld()).toBe(false);
  });

  test("that was renewed is held from the moment the renewal was asked, not from its answer", async () => {
    const held = lease();
    await clock.pass(2_000);
    let answer = (_: string[]) => {};
    renew = () => new Promise((resolve) => (answer = resolve));
    const renewing = onWire.renew();
    await clock.pass(3_000); // the answer is slow
    answer([]);
    await renewing;
    await clock.pass(3_999); // 2,000 + 7,000 from the start are not over
    expect(held.isHeld()).toBe(true);
    await clock.pass(1);
    expect(held.isHeld()).toBe(false);
  });

  test("that Redis says is gone is over at once", async () => {
    const [gone, kept] = [lease("a"), lease("b")];
    renew = async () => ["a.1"];
    await onWire.renew();
    expect([gone.isHeld(), kept.isHeld()]).toEqual([false, true]);
  });

  test("whose renewal failed runs on to its old end", async () => {
    const held = lease();
    renew = () => Promise.reject(new Error("Redis is away"));
    await expect(onWire.renew()).rejects.toThrow("Redis is away");
    await clock.pass(LEASE_MS - 1);
    expect(held.isHeld()).toBe(true);
    await clock.pass(1);
    expect(held.isHeld()).toBe(false);
  });

  test("is prolonged by a new slot, never shortened", () => {
    const held = lease();
    held.prolong(clock.monotonicMs() + 1_000);
    clock.freeze(1_500);
    expect(held.isHeld()).toBe(true);
    held.prolong(clock.monotonicMs() + 10_000);
    clock.freeze(9_000);
    expect(held.isHeld()).toBe(true);
  });

  test("that was released while its renewal was under way does not come back", async () => {
    const held = lease();
    let answer = (_: string[]) => {};
    renew = () => new Promise((resolve) => (answer = resolve));
    const renewing = onWire.renew();
    held.release();
    answer([]);
    await renewing;
    expect(onWire.size).toBe(0);
    expect(held.isHeld()).toBe(false);
  });

  test("of one send says nothing about another send of the same message", async () => {
    const [first, second] = [lease("a", 1), lease("a", 2)];
    renew = async () => ["a.1"];
    await onWire.renew();
    first.release();
    expect(second.isHeld()).toBe(true);
    expect(onWire.size).toBe(1);
  });
});

test("all leases are renewed in one call, and none when there is none", async () => {
  await onWire.renew();
  expect(renewals).toEqual([]);
  lease("a");
  lease("b", 3);
  await onWire.renew();
  expect(renewals).toEqual([["a.1", "b.3"]]);
});
