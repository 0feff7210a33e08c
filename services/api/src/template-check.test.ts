// What a sender of messages is told about a template that cannot be sent so, and what asking costs: nothing.

import { describe, expect, test } from "@jest/globals";
import type { TemplateUse } from "@tern/dialog360";
import type { KeptTemplates } from "@tern/store";
import { createTemplateCache, type TemplateCache } from "./template-cache.ts";
import { templateProblem } from "./template-check.ts";

const SENDER = { id: "demo", wabaId: "1", templateCheck: "refuse" } as const;

type Template = { name: string; language: string } & Record<string, unknown>;

function aTemplate(fields: Partial<Template> = {}): Template {
  return {
    id: "1",
    name: "order_update",
    language: "en_US",
    status: "APPROVED",
    category: "UTILITY",
    parameterFormat: "POSITIONAL",
    components: [{ type: "BODY", text: "Hello {{1}}." }],
    quality: null,
    reason: null,
    categoryChange: null,
    ...fields,
  };
}

/** A store that counts what is asked of it, and a clock that a test moves. */
function aWorld(templates: readonly Template[] | null = [aTemplate()]) {
  const world = {
    nowMs: 1_000_000,
    version: 1,
    templates,
    reads: 0,
    failing: false,
    errors: [] as unknown[],
    cache: undefined as unknown as TemplateCache,
  };
  world.cache = createTemplateCache({
    store: {
      async readTemplates(_wabaId, knownVersion = null): Promise<KeptTemplates | null> {
        world.reads += 1;
        if (world.failing) throw new Error("Redis is away");
        if (knownVersion === world.version && world.templates !== null) return null;
        const entries = (world.templates ?? []).map(
          (one) => [`${one.name}/${one.language}`, { saidAtMs: 1, definition: JSON.stringify(one) }] as const,
        );
        return { version: world.version, syncedAtMs: world.templates && 1, entries: new Map(entries) };
      },
    },
    clock: { monotonicMs: () => world.nowMs },
    onError: (error) => world.errors.push(error),
  });
  return world;
}

const use = (fields: Partial<TemplateUse> = {}): TemplateUse => ({
  name: "order_update",
  language: { code: "en_US" },
  components: [{ type: "body", parameters: [{ type: "text", text: "Ada" }] }],
  ...fields,
});

async function told(templates: readonly Template[] | null, of: TemplateUse = use(), base: PropertyKey[] = []) {
  const { cache } = aWorld(templates);
  await cache.ready(SENDER);
  const problem = templateProblem(cache, SENDER, of, base);
  return problem?.init.errors ?? [];
}

describe("a template message", () => {
  test("that fits is sent", async () => {
    expect(await told([aTemplate()])).toEqual([]);
  });

  test("is not judged as long as the list was never read, or is empty", async () => {
    expect(await told(null, use({ name: "whatever" }))).toEqual([]);
    expect(await told([], use({ name: "whatever" }))).toEqual([]);
  });

  test("of a name that is not there is refused, with names that might be meant", async () => {
    const names = ["order_confirmed", "welcome", "order_update", "a", "b", "c", "d"];
    const [fault] = await told(
      names.map((name) => aTemplate({ name })),
      use({ name: "order_updates" }),
    );
    expect(fault).toEqual({
      pointer: "/template/name",
      detail: "demo has no template order_updates; there are order_update, order_confirmed, a, b, c, …",
    });
  });

  test("in a language that is not there is refused, with those that are", async () => {
    const templates = [aTemplate(), aTemplate({ language: "de" })];
    expect(await told(templates, use({ language: { code: "en" } }))).toEqual([
      { pointer: "/template/language/code", detail: "order_update exists in de, en_US, and not in en" },
    ]);
  });

  test.each(["PENDING", "REJECTED", "DISABLED", "IN_APPEAL", "ARCHIVED"])(
    "of one that is %s is refused with why",
    async (status) => {
      const [fault] = await told([aTemplate({ status, reason: "SPAM" })]);
      expect(fault).toMatchObject({
        pointer: "/template/name",
        detail: expect.stringMatching(/^order_update \(en_US\) .*\(the provider says: SPAM\)$/),
      });
    },
  );

  test("of one that is paused is accepted: it waits until the pause is over", async () => {
    expect(await told([aTemplate({ status: "PAUSED" })])).toEqual([]);
  });

  test("with wrong parameters is refused with the place of each, also within a batch or a fallback", async () => {
    const wrong = use({ components: [] });
    const detail = "the body of the template order_update (en_US) takes 1 parameter, not 0: {{1}}";
    expect(await told([aTemplate()], wrong)).toEqual([{ pointer: "/template/components", detail }]);
    expect(await told([aTemplate()], wrong, ["messages", 3, "fallback"])).toEqual([
      { pointer: "/messages/3/fallback/template/components", detail },
    ]);
  });

  test("is not judged by a definition that is damaged", async () => {
    const broken = { name: "order_update", language: "en_US", toJSON: () => "damaged" };
    expect(await told([broken, aTemplate({ name: "other" })], use({ components: [] }))).toEqual([]);
  });

  test("is not checked where the sender says so", async () => {
    const { cache } = aWorld();
    await cache.ready(SENDER);
    expect(templateProblem(cache, { ...SENDER, templateCheck: "off" }, use({ components: [] }))).toBeNull();
  });
});

describe("what is known", () => {
  test("is read once for thousands of messages; whether it is the newest is asked beside them", async () => {
    const world = aWorld();
    expect(world.cache.ready(SENDER)).toBeInstanceOf(Promise); // the very first waits
    await world.cache.ready(SENDER);
    expect(world.reads).toBe(1);
    for (let at = 0; at < 10_000; at++) {
      if (at % 2_500 === 0) world.nowMs += 2_000;
      expect(world.cache.ready(SENDER)).toBeNull(); // no round trip to wait for
      templateProblem(world.cache, SENDER, use());
      if (at % 100 === 0) await null;
    }
    expect(world.reads).toBe(5); // one in two seconds
  });

  test("is parsed and worked out once for each definition", async () => {
    const world = aWorld();
    await world.cache.ready(SENDER);
    const first = world.cache.find(SENDER, "order_update", "en_US");
    world.version = 2;
    world.templates = [aTemplate(), aTemplate({ name: "other" })];
    await world.cache.refresh(SENDER);
    const again = world.cache.find(SENDER, "order_update", "en_US");
    expect(first.kind === "found" && again.kind === "found" && again.definition === first.definition).toBe(true);
    expect(world.cache.find(SENDER, "other", "en_US").kind).toBe("found");
  });

  test("is a few seconds old at most; after a long pause the next message waits for the newest", async () => {
    const world = aWorld();
    await world.cache.ready(SENDER);
    world.version = 2;
    world.templates = [aTemplate({ status: "DISABLED" })];
    expect(templateProblem(world.cache, SENDER, use())).toBeNull();

    world.nowMs += 2_000;
    expect(world.cache.ready(SENDER)).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    expect(templateProblem(world.cache, SENDER, use())).not.toBeNull();

    world.version = 3;
    world.templates = [aTemplate()];
    world.nowMs += 60_000;
    await world.cache.ready(SENDER);
    expect(templateProblem(world.cache, SENDER, use())).toBeNull();
  });

  test("stays in use while Redis is away", async () => {
    const world = aWorld();
    await world.cache.ready(SENDER);
    world.failing = true;
    world.nowMs += 2_000;
    expect(world.cache.ready(SENDER)).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.errors).toHaveLength(1);
    expect(templateProblem(world.cache, SENDER, use({ components: [] }))).not.toBeNull();
  });

  test("tells the category of a template, if it has one that is known", async () => {
    const world = aWorld([aTemplate({ category: "MARKETING" }), aTemplate({ name: "new", category: "FUTURE" })]);
    await world.cache.ready(SENDER);
    expect(world.cache.categoryOf(SENDER, "order_update", "en_US")).toBe("marketing");
    expect(world.cache.categoryOf(SENDER, "new", "en_US")).toBeNull();
    expect(world.cache.categoryOf(SENDER, "nobody_knows", "en_US")).toBeNull();
  });
});
