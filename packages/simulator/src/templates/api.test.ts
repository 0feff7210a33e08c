// Templates managed over the provider's API: the limits of creation, edit and deletion, review, and what is told of it.
import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, number, startTestWorld, stopTestWorlds, type TestWorld, templateTo } from "../test-world.ts";

const to = "+4915112345678";
const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;
const hello = {
  name: "hello",
  language: "en",
  category: "UTILITY",
  components: [{ type: "BODY", text: "Hi {{1}}, welcome" }],
};
const x = (count: number) => "x".repeat(count);

afterEach(stopTestWorlds);

const create = (world: TestWorld, over: object = {}) => world.call("POST", "/message_templates", { ...hello, ...over });
const sendIt = async ({ send }: TestWorld, params = ["Ada"]) => (await send(templateTo(to, "hello", params))).code;
const list = async (world: TestWorld, query = "") => (await world.call("GET", `/message_templates${query}`)).body.data;

describe("a creation", () => {
  test("is pending until it is reviewed, then told and sendable as its definition says", async () => {
    const world = await startTestWorld();

    const { body } = await create(world);
    expect(body).toEqual({ id: expect.stringMatching(/^\d+$/), status: "PENDING", category: "UTILITY" });
    expect(await sendIt(world)).toBe(132001);
    await world.settle();

    expect(await sendIt(world)).toBeNull();
    expect(await sendIt(world, [])).toBe(132000);
    expect(world.changes("message_template_status_update")).toEqual([
      {
        event: "APPROVED",
        reason: "NONE",
        message_template_id: Number(body.id),
        message_template_name: "hello",
        message_template_language: "en",
        message_template_category: "UTILITY",
      },
    ]);
    expect(await list(world)).toMatchObject([
      { id: body.id, ...hello, status: "APPROVED", parameter_format: "POSITIONAL" },
    ]);
  });

  test("may be rejected, or never reviewed", async () => {
    const rejecting = await startTestWorld({ templateReview: { afterMs: 5, decision: "REJECTED", reason: "SCAM" } });
    await create(rejecting);
    await rejecting.settle();
    expect(rejecting.changes("message_template_status_update")).toMatchObject([
      { event: "REJECTED", reason: "SCAM", rejection_info: { reason: "SCAM" } },
    ]);
    expect(await list(rejecting)).toMatchObject([{ status: "REJECTED", rejected_reason: "SCAM" }]);

    const slow = await startTestWorld({ templateReview: { afterMs: null, decision: "APPROVED" } });
    await create(slow);
    slow.clock.advance(30 * dayMs);
    expect(await list(slow)).toMatchObject([{ status: "PENDING" }]);
  });

  test.each<[string, number, object]>([
    ["a name with capitals", 100, { name: "Hello" }],
    ["a name of 513", 100, { name: x(513) }],
    ["an unknown category", 100, { category: "PROMOTION" }],
    ["no language", 131008, { language: undefined }],
    ["an unknown field", 100, { colour: "red" }],
    ["no body", 2388072, { components: [{ type: "FOOTER", text: "Bye" }] }],
    ["a body of 1,025", 2388040, { components: [{ type: "BODY", text: x(1025) }] }],
    ["a body that ends with a variable", 2388299, { components: [{ type: "BODY", text: "Hi {{1}}" }] }],
    ["variables with a gap", 2388072, { components: [{ type: "BODY", text: "Hi {{1}} and {{3}}!" }] }],
    ["names where positions are", 2388072, { components: [{ type: "BODY", text: "Hi {{name}}!" }] }],
    [
      "a header with two variables",
      2388047,
      { components: [...hello.components, { type: "HEADER", format: "TEXT", text: "{{1}} {{2}}" }] },
    ],
    ["a header of 61", 2388040, { components: [...hello.components, { type: "HEADER", format: "TEXT", text: x(61) }] }],
    ["a footer of 61", 2388040, { components: [...hello.components, { type: "FOOTER", text: x(61) }] }],
    ["a footer with a variable", 2388073, { components: [...hello.components, { type: "FOOTER", text: "{{1}}" }] }],
    ["eleven buttons", 100, withButtons(...Array.from({ length: 11 }, quick))],
    ["three links", 100, withButtons(link(), link(), link())],
    ["two phone buttons", 100, withButtons(phone(), phone())],
    ["quick replies apart", 100, withButtons(quick(), link(), quick())],
    ["a label of 26", 2388040, withButtons({ type: "QUICK_REPLY", text: x(26) })],
    ["a link with its variable inside", 100, withButtons({ ...link(), url: "https://example.com/{{1}}/x" })],
    ["a time to live of a day", 100, { message_send_ttl_seconds: 86_400 }],
    ["one card", 100, { components: [...hello.components, { type: "CAROUSEL", cards: [{ components: [] }] }] }],
    [
      "an offer that is no marketing",
      100,
      { components: [...hello.components, { type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Now" } }] },
    ],
  ])("with %s is refused: %i", async (_name, code, over) => {
    const world = await startTestWorld();

    expect((await create(world, over)).code).toBe(code);
    expect(await list(world)).toEqual([]);
  });

  test("takes the largest that is allowed", async () => {
    const world = await startTestWorld();
    const buttons = [
      ...Array.from({ length: 6 }, quick),
      link(),
      { ...link(), url: "https://example.com/{{1}}" },
      phone(),
    ];
    const components = [
      { type: "HEADER", format: "TEXT", text: `${x(55)}{{1}}` },
      { type: "BODY", text: x(1024) },
      { type: "FOOTER", text: x(60) },
      { type: "BUTTONS", buttons: [...buttons, { type: "COPY_CODE", example: x(15) }] },
    ];

    expect((await create(world, { name: x(512), components, message_send_ttl_seconds: -1 })).code).toBeNull();
  });

  test("of the same name and language, or the 101st within an hour, or one too many in all, is refused", async () => {
    const world = await startTestWorld({ webhook: null, templatesMax: 101 });
    await create(world);
    expect((await create(world)).code).toBe(100);
    expect((await create(world, { language: "de" })).code).toBeNull();
    for (let nth = 2; nth < 100; nth += 1) expect((await create(world, { name: `hello_${nth}` })).code).toBeNull();

    expect((await create(world, { name: "one_more" })).code).toBe(80007);
    world.clock.advance(hourMs);
    expect((await create(world, { name: "one_more" })).code).toBeNull();
    expect((await create(world, { name: "too_many" })).code).toBe(2388019);
  });
});

describe("an edit", () => {
  const edit = (world: TestWorld, id: string, body: object) => world.call("POST", `/${id}`, body);
  const longer = { components: [{ type: "BODY", text: "Hi {{1}}, welcome to {{2}}!" }] };

  test("replaces the components, is reviewed again, and an approved template can be edited once a day", async () => {
    const world = await startTestWorld();
    const { id } = (await create(world)).body;
    expect((await edit(world, id, longer)).code).toBe(100); // still pending
    await world.settle();

    expect((await edit(world, id, longer)).body).toEqual({ success: true });
    expect(await sendIt(world, ["Ada", "us"])).toBe(132001);
    await world.settle();
    expect(await sendIt(world, ["Ada", "us"])).toBeNull();
    expect((await edit(world, id, longer)).code).toBe(100);
  });

  test("is allowed ten times in thirty days", async () => {
    const world = await startTestWorld({ webhook: null });
    const { id } = (await create(world)).body;
    const codes: (number | null)[] = [];
    for (let nth = 0; nth < 11; nth += 1) {
      world.clock.advance(dayMs);
      codes.push((await edit(world, id, longer)).code);
    }

    expect(codes).toEqual([...Array.from({ length: 10 }, () => null), 100]);
    world.clock.advance(20 * dayMs);
    expect((await edit(world, id, longer)).code).toBeNull();
  });

  test("cannot change the category of an approved one, and is checked as a creation", async () => {
    const world = await startTestWorld();
    const { id } = (await create(world)).body;
    await world.settle();

    expect((await edit(world, id, { category: "MARKETING" })).code).toBe(100);
    expect((await edit(world, id, { components: [{ type: "BODY", text: x(1025) }] })).code).toBe(2388040);
    expect((await edit(world, id, { name: "other" })).code).toBe(100);
    expect((await edit(world, "1", longer)).code).toBe(100);
  });
});

describe("a deletion", () => {
  test("by name takes all languages, with an id one, and is told", async () => {
    const world = await startTestWorld();
    const { id } = (await create(world)).body;
    await create(world, { language: "de" });
    await create(world, { name: "other" });
    await world.settle();

    expect((await world.call("DELETE", `/message_templates?name=hello&hsm_id=${id}`)).body).toEqual({ success: true });
    expect((await list(world)).map(({ language, name }: typeof hello) => [name, language])).toEqual([
      ["hello", "de"],
      ["other", "en"],
    ]);
    await world.call("DELETE", "/message_templates?name=hello");
    await world.settle();

    expect(await list(world)).toMatchObject([{ name: "other" }]);
    expect(world.changes("message_template_status_update").filter(({ event }) => event === "DELETED")).toHaveLength(2);
    expect(await sendIt(world)).toBe(132001);
    expect((await world.call("DELETE", "/message_templates?name=hello")).code).toBe(100);
  });

  test("keeps an approved name for thirty days, and a disabled template", async () => {
    const world = await startTestWorld({ webhook: null });
    await create(world);
    world.clock.advance(1000);
    await world.call("DELETE", "/v1/configs/templates/hello");
    expect((await create(world)).code).toBe(100);
    world.clock.advance(30 * dayMs - 1);
    expect((await create(world)).code).toBe(100);
    world.clock.advance(1);
    expect((await create(world)).code).toBeNull();

    await world.client.changeTemplate({ apiKey, name: "hello", status: "DISABLED" });
    expect((await world.call("DELETE", "/message_templates?name=hello")).code).toBe(100);
  });

  test("of the last template does not make every template acceptable", async () => {
    const world = await startTestWorld();
    await create(world);
    await world.call("DELETE", "/message_templates?name=hello");

    expect(await sendIt(world)).toBe(132001);
  });
});

describe("the lists", () => {
  test("are filtered, paged both ways, and show the fields that were asked for", async () => {
    const world = await startTestWorld();
    for (const name of ["a1", "a2", "b1"]) await create(world, { name });
    await create(world, { name: "a3", category: "MARKETING", language: "de" });
    const namesOf = async (query: string) => (await list(world, query)).map(({ name }: typeof hello) => name);

    expect(await namesOf("?name=a")).toEqual(["a1", "a2", "a3"]);
    expect(await namesOf("?category=MARKETING")).toEqual(["a3"]);
    expect(await namesOf("?language=de")).toEqual(["a3"]);
    expect(await namesOf("?status=APPROVED")).toEqual([]);
    const second = await world.call("GET", "/message_templates?limit=2&after=Mg");
    expect(second.body.data).toMatchObject([{ name: "b1" }, { name: "a3" }]);
    expect(await namesOf(`?limit=2&before=${second.body.paging.cursors.before}`)).toEqual(["a1", "a2"]);
    expect(await list(world, "?fields=name,status&limit=1")).toEqual([
      { id: expect.any(String), name: "a1", status: "PENDING" },
    ]);
  });

  test("360dialog's own counts with offset and total", async () => {
    const world = await startTestWorld();
    for (const name of ["a1", "a2", "a3"]) await world.call("POST", "/v1/configs/templates", { ...hello, name });

    const { body } = await world.call("GET", "/v1/configs/templates?limit=2&offset=1");

    expect(body).toMatchObject({ count: 2, total: 3, waba_templates: [{ name: "a2" }, { name: "a3" }] });
  });

  test("belong to the account: every number of it has them, until it is given its own", async () => {
    const world = await startTestWorld();
    await world.client.putNumber({ ...number, apiKey: "key-2", phoneNumberId: "2" });
    const listOf = async (key: string) =>
      (await world.call("GET", "/message_templates", undefined, { "D360-API-KEY": key })).body.data.length;
    await create(world);

    expect([await listOf(apiKey), await listOf("key-2")]).toEqual([1, 1]);
    await world.client.putTemplates({ apiKey, templates: [] });
    expect([await listOf(apiKey), await listOf("key-2")]).toEqual([0, 1]);
  });

  test("and every other management call are refused with 80007 past so many an hour", async () => {
    const world = await startTestWorld({ managementCallsPerHour: 2, webhook: null });
    const codeOf = async () => (await world.call("GET", "/message_templates")).code;

    expect([await codeOf(), await codeOf(), await codeOf()]).toEqual([null, null, 80007]);
    world.clock.advance(hourMs);
    expect(await codeOf()).toBeNull();
  });
});

describe("of its own accord the platform", () => {
  async function startWithTemplate() {
    const world = await startTestWorld();
    const template = { ...hello, status: "APPROVED", category: "UTILITY" as const };
    await world.client.putTemplates({ apiKey, templates: [template] });
    return world;
  }

  test("pauses for 3 h, then for 6 h, then disables, and tells each step", async () => {
    const world = await startWithTemplate();
    const pause = async () => {
      await world.client.changeTemplate({ apiKey, name: "hello", status: "PAUSED" });
      await world.settle();
    };

    await pause();
    expect(await sendIt(world)).toBe(132015);
    world.clock.advance(3 * hourMs - 1000);
    await world.settle();
    expect(await sendIt(world)).toBeNull();
    await pause();
    world.clock.advance(6 * hourMs - 1001);
    await world.client.idle();
    expect(await sendIt(world)).toBe(132015);
    world.clock.advance(1);
    await world.settle();
    await pause();

    expect(await sendIt(world)).toBe(132016);
    const told = world
      .changes("message_template_status_update")
      .map(({ event, other_info }) => [event, other_info.title]);
    expect(told).toEqual([
      ["PAUSED", "FIRST_PAUSE"],
      ["APPROVED", "UNPAUSE"],
      ["PAUSED", "SECOND_PAUSE"],
      ["APPROVED", "UNPAUSE"],
      ["DISABLED", "DISABLED"],
    ]);
  });

  test("pauses by pacing until it is unpaused by hand", async () => {
    const world = await startWithTemplate();
    const { id } = (await list(world))[0];
    await world.client.changeTemplate({ apiKey, name: "hello", status: "PAUSED", isPaced: true });
    await world.settle();
    expect(await sendIt(world)).toBe(132015);

    expect((await world.call("POST", `/${id}/unpause`)).body).toEqual({ success: true });
    expect(await sendIt(world)).toBeNull();
    expect((await world.call("POST", `/${id}/unpause`)).code).toBe(100);
  });

  test("changes quality, category and components, and tells", async () => {
    const world = await startWithTemplate();
    const about = {
      message_template_name: "hello",
      message_template_language: "en",
      message_template_id: expect.any(Number),
    };

    await world.client.changeTemplate({ apiKey, name: "hello", quality: "RED", correctCategory: "MARKETING" });
    const now = await world.client.changeTemplate({
      apiKey,
      name: "hello",
      category: "MARKETING",
      components: [{ type: "BODY", text: "Hi" }],
    });
    await world.settle();

    expect(now).toMatchObject({ quality: "RED", category: "MARKETING" });
    expect(await sendIt(world, [])).toBeNull();
    expect(world.changes("message_template_quality_update")).toEqual([
      { ...about, previous_quality_score: "UNKNOWN", new_quality_score: "RED" },
    ]);
    expect(world.changes("template_category_update")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ correct_category: "MARKETING", new_category: "UTILITY" }),
        { ...about, previous_category: "UTILITY", new_category: "MARKETING" },
      ]),
    );
    expect(world.changes("message_template_components_update")).toEqual([{ ...about, message_template_element: "Hi" }]);
  });

  test("is told what it does not know", async () => {
    const world = await startWithTemplate();

    await expect(world.client.changeTemplate({ apiKey, name: "bye", status: "PAUSED" })).rejects.toThrow(
      "no template bye",
    );
  });
});

function withButtons(...buttons: object[]) {
  return { components: [...hello.components, { type: "BUTTONS", buttons }] };
}
function quick() {
  return { type: "QUICK_REPLY", text: "Yes" };
}
function link() {
  return { type: "URL", text: "Open", url: "https://example.com" };
}
function phone() {
  return { type: "PHONE_NUMBER", text: "Call", phone_number: "+4930555010" };
}
