import { describe, expect, test } from "@jest/globals";
import type { ConsentCategory, ConsentPolicy, ConsentState } from "@tern/core";
import type { ConsentStatement } from "./consent.ts";
import { DAY_MS, keyOf, portfolioBase } from "./keys.ts";
import { DEFAULT_STORE_SETTINGS } from "./settings.ts";
import { NOON_MS, type World, worldsOfThisFile } from "./testing/world.ts";

const newWorld = worldsOfThisFile();
const PHONE = "+5511987654321";
const OLD_PHONE = "+551187654321";
const BSUID = "BR.1349120865530274";

function said(state: ConsentState, fields: Partial<ConsentStatement> = {}): ConsentStatement {
  return { category: "marketing", state, atMs: NOON_MS, source: "api", by: "crm", proof: null, ...fields };
}

/** The portfolio of a world; every world has one of its own. */
function consentOf(world: World) {
  const { store, sender } = world;
  const check = async (contact: string | string[], policy: ConsentPolicy, category: ConsentCategory = "marketing") =>
    (await store.checkConsent(sender.id, [[contact].flat()], { category, policy }))[0];
  return {
    base: portfolioBase(world.prefix, sender.id),
    tell: async (spellings: string | readonly string[], statement: ConsentStatement) =>
      (await store.recordConsents(sender.id, [{ spellings: [spellings].flat(), statement }]))[0],
    join: (...spellings: string[]) => store.joinConsents(sender.id, [spellings]),
    check,
    isProtected: async (contact: string) => (await check(contact, "optout-only")) === "opted-out",
    read: (contact: string) => store.readConsent(sender.id, contact),
    erase: (optOuts: "keep" | "forget", ...spellings: string[]) => store.eraseConsent(sender.id, spellings, optOuts),
    name: (...spellings: string[]) => store.nameContact(sender.id, spellings),
  };
}

describe("a contact", () => {
  test("that said nothing is refused where an opt-in is required, and allowed elsewhere", async () => {
    const consent = consentOf(newWorld());
    expect(await consent.check(PHONE, "required")).toBe("consent-missing");
    expect(await consent.check(PHONE, "optout-only")).toBe("allowed");
  });

  test("is allowed after an opt-in and refused after an opt-out, each kept with its evidence", async () => {
    const consent = consentOf(newWorld());
    expect(await consent.tell(PHONE, said("opted-in", { proof: "form 12" }))).toBe("recorded");
    expect(await consent.check(PHONE, "required")).toBe("allowed");
    expect(await consent.tell(PHONE, said("opted-out", { atMs: NOON_MS + 1, source: "keyword", by: null }))).toBe(
      "recorded",
    );
    expect(await consent.check(PHONE, "required")).toBe("opted-out");
    expect((await consent.read(PHONE)).statements.marketing).toEqual([
      said("opted-out", { atMs: NOON_MS + 1, source: "keyword", by: null }),
      said("opted-in", { proof: "form 12" }),
    ]);
  });

  test("that opted out of marketing still gets utility and authentication messages", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-out"));
    expect(await consent.check(PHONE, "required", "utility")).toBe("allowed");
    expect(await consent.check(PHONE, "required", "authentication")).toBe("allowed");
    await consent.tell(PHONE, said("opted-out", { category: "utility" }));
    expect((await consent.read(PHONE)).statements.utility).toHaveLength(1);
  });

  test("is of one portfolio", async () => {
    const world = newWorld();
    await consentOf(world).tell(PHONE, said("opted-out"));
    expect(await consentOf(world.another()).isProtected(PHONE)).toBe(false);
  });

  test("has its last statements kept for so long after the last of them", async () => {
    const world = newWorld();
    const consent = consentOf(world);
    for (let at = 0; at < 25; at++) await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS + at }));
    await consent.tell(PHONE, said("opted-out", { category: "utility", atMs: 5 }));
    const { statements } = await consent.read(PHONE);
    expect(statements.marketing.map(({ atMs }) => atMs - NOON_MS)).toEqual(
      Array.from({ length: 20 }, (_, at) => 24 - at),
    );
    expect(statements.utility).toHaveLength(1);
    const ttlMs = await world.redis.pttl(keyOf.consent(consent.base, PHONE));
    expect(ttlMs).toBeGreaterThan((DEFAULT_STORE_SETTINGS.consentDays - 1) * DAY_MS);
  });
});

describe("a statement", () => {
  test("that comes late overrules no later one, and is kept", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-out", { atMs: NOON_MS }));
    expect(await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS - 1 }))).toBe("older");
    expect(await consent.isProtected(PHONE)).toBe(true);
    expect((await consent.read(PHONE)).statements.marketing).toHaveLength(2);
  });

  test.each([[["opted-in", "opted-out"]], [["opted-out", "opted-in"]]] as const)(
    "of a refusal counts against one of the same moment: %s",
    async (order) => {
      const consent = consentOf(newWorld());
      for (const state of order) await consent.tell(PHONE, said(state));
      expect(await consent.isProtected(PHONE)).toBe(true);
    },
  );

  test("that is told twice is kept once", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-in"));
    expect(await consent.tell(PHONE, said("opted-in"))).toBe("same");
    expect((await consent.read(PHONE)).statements.marketing).toHaveLength(1);
  });

  test("before 2001 is before those after it, though its number has fewer digits", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-in", { atMs: 999_999_999_999 }));
    await consent.tell(PHONE, said("opted-out", { atMs: 1_000_000_000_000 }));
    expect(await consent.isProtected(PHONE)).toBe(true);
  });
});

describe("two spellings of one person", () => {
  test("joined after each said something, have said both", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(OLD_PHONE, said("opted-out", { atMs: NOON_MS + 5 }));
    await consent.tell(BSUID, said("opted-in"));
    expect(await consent.join(BSUID, OLD_PHONE)).toBe(1);
    expect(await consent.isProtected(BSUID)).toBe(true);
    expect(await consent.read(BSUID)).toMatchObject({ contact: OLD_PHONE, spellings: [OLD_PHONE, BSUID] });
    expect((await consent.read(BSUID)).statements.marketing).toHaveLength(2);
  });

  test("joined are one for what is said later, under whichever spelling", async () => {
    const consent = consentOf(newWorld());
    await consent.tell([BSUID, PHONE], said("opted-in"));
    await consent.tell(BSUID, said("opted-out", { atMs: NOON_MS + 1 }));
    expect(await consent.isProtected(PHONE)).toBe(true);
  });

  test("are joined by one hop, however long the chain of names that led there", async () => {
    const world = newWorld();
    const consent = consentOf(world);
    await consent.tell(BSUID, said("opted-out"));
    await consent.join(BSUID, "BR.2");
    await consent.join("BR.2", PHONE);
    await consent.join(PHONE, OLD_PHONE);
    for (const spelling of [BSUID, "BR.2", PHONE, OLD_PHONE]) {
      expect(await consent.isProtected(spelling)).toBe(true);
      expect((await consent.read(spelling)).contact).toBe(PHONE < OLD_PHONE ? PHONE : OLD_PHONE);
    }
    const kinds = (await world.keys()).map((key) => /\}:(\w+):/.exec(key)?.[1]);
    expect(kinds.sort()).toEqual(["al", "al", "al", "c"]);
    expect(await consent.join(BSUID, OLD_PHONE)).toBe(0);
  });

  test("that nobody has joined yet are asked about together, and the later word counts", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(BSUID, said("opted-out"));
    await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS - 1 }));
    expect(await consent.check([PHONE, OLD_PHONE, BSUID], "required")).toBe("opted-out");
    await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS + 1 }));
    expect(await consent.check([BSUID, PHONE], "required")).toBe("allowed");
    expect(await consent.check(BSUID, "required")).toBe("opted-out");
  });

  test("leave nothing that would stay for ever", async () => {
    const world = newWorld();
    const consent = consentOf(world);
    await consent.tell([BSUID, PHONE], said("opted-out"));
    await consent.erase("keep", PHONE);
    await consent.tell([BSUID, OLD_PHONE], said("opted-in"));
    for (const key of await world.keys()) {
      if (!key.endsWith("}:s")) expect(await world.redis.pttl(key)).toBeGreaterThan(0);
    }
  });

  test("of whom nobody said anything leave no trace", async () => {
    const world = newWorld();
    expect(await consentOf(world).join(BSUID, PHONE)).toBe(0);
    expect(await world.keys()).toEqual([]);
  });
});

describe("an erased contact", () => {
  test("that had opted out stays protected under every spelling, and no key or value names it", async () => {
    const world = newWorld();
    const consent = consentOf(world);
    await consent.tell([BSUID, PHONE], said("opted-out", { proof: "wrote STOP" }));
    expect(await consent.erase("keep", BSUID)).toMatchObject({ optOutsKept: 1, spellings: [PHONE, BSUID] });

    expect(await consent.isProtected(PHONE)).toBe(true);
    expect(await consent.isProtected(BSUID)).toBe(true);
    expect(await consent.isProtected(OLD_PHONE)).toBe(false);
    const keys = (await world.keys()).map((key) => key.slice(key.indexOf("}:") + 2)).sort();
    expect(keys).toEqual([expect.stringMatching(/^er:[0-9a-f]{40}$/), expect.stringMatching(/^er:[0-9a-f]{40}$/), "s"]);
    expect((await consent.read(PHONE)).statements.marketing).toEqual([
      { ...said("opted-out"), source: "erasure", by: null },
    ]);
  });

  test("that had opted in, or is to be forgotten altogether, leaves nothing", async () => {
    const world = newWorld();
    const consent = consentOf(world);
    await consent.tell(PHONE, said("opted-in"));
    expect((await consent.erase("keep", PHONE)).optOutsKept).toBe(0);
    await consent.tell(OLD_PHONE, said("opted-out"));
    await consent.erase("keep", OLD_PHONE);
    expect((await consent.erase("forget", OLD_PHONE)).optOutsKept).toBe(0);
    expect(await consent.isProtected(OLD_PHONE)).toBe(false);
    expect((await world.keys()).map((key) => key.slice(key.indexOf("}:") + 2))).toEqual(["s"]);
  });

  test("erased again stays protected", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-out"));
    await consent.erase("keep", PHONE);
    expect((await consent.erase("keep", PHONE)).optOutsKept).toBe(1);
    expect(await consent.isProtected(PHONE)).toBe(true);
  });

  test("that comes back has opted out until it says otherwise, later", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-out"));
    await consent.erase("keep", PHONE);
    await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS - 1 }));
    expect(await consent.isProtected(PHONE)).toBe(true);
    await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS + 1 }));
    expect(await consent.check(PHONE, "required")).toBe("allowed");
    await consent.tell(PHONE, said("opted-in", { atMs: NOON_MS - 2 }));
    expect(await consent.check(PHONE, "required")).toBe("allowed");
  });

  test("that comes back under a spelling nobody knew is protected as soon as the two are known to be one", async () => {
    const consent = consentOf(newWorld());
    await consent.tell(PHONE, said("opted-out"));
    await consent.erase("keep", PHONE);
    await consent.join(BSUID, PHONE);
    expect(await consent.isProtected(BSUID)).toBe(true);
  });

  test("still counts against the tier of its portfolio, without a name", async () => {
    const world = newWorld();
    const { sender, store } = world;
    const portfolio = { id: sender.id, tier: 1, reserve: 0 };
    await store.reach(portfolio, PHONE, "normal");
    await consentOf(world).erase("keep", PHONE);
    expect((await store.reach(portfolio, OLD_PHONE, "normal")).kind).toBe("full");
    expect(await world.redis.zrange(keyOf.reached(portfolioBase(world.prefix, sender.id)), "0", "-1")).toEqual([
      expect.stringMatching(/^[0-9a-f]{40}$/),
    ]);
  });

  test("has one name in the audit trail, whichever spelling is asked for", async () => {
    const consent = consentOf(newWorld());
    await consent.tell([BSUID, PHONE], said("opted-in"));
    const named = await consent.name(BSUID);
    expect(named).toMatchObject({ digest: (await consent.name(PHONE)).digest, spellings: [PHONE, BSUID] });
    expect(named.digest).toMatch(/^[0-9a-f]{16}$/);
    expect((await consent.read(PHONE)).statements.marketing).toHaveLength(1);
  });
});
