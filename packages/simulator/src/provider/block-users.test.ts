import { afterEach, describe, expect, test } from "@jest/globals";
import { apiKey, messageTo, startTestWorld, stopTestWorlds, type TestWorld, textTo } from "../test-world.ts";

const ada = "+4915112345678";
const bob = "+4915112345679";

afterEach(stopTestWorlds);

const blocking = (...users: string[]) => ({
  messaging_product: "whatsapp",
  block_users: users.map((user) => ({ user })),
});
const block = (world: TestWorld, ...users: string[]) => world.call("POST", "/block_users", blocking(...users));
const writes = (world: TestWorld, from: string) => world.client.sendInbound({ apiKey, from, text: "hi" });

describe("blocking", () => {
  test("reaches who has written within 24 h: their messages do not arrive, ours fail", async () => {
    const world = await startTestWorld();
    await writes(world, ada);

    const { httpStatus, body } = await block(world, ada);
    expect(httpStatus).toBe(200);
    expect(body).toEqual({
      messaging_product: "whatsapp",
      block_users: { added_users: [{ input: ada, wa_id: ada.slice(1), user_id: expect.any(String) }] },
    });
    await world.settle();
    const before = world.received.length;
    expect((await writes(world, ada)).isDelivered).toBe(false);
    await world.send(textTo(ada));
    await world.settle();

    expect(world.received.length).toBe(before + 1);
    expect(world.statuses()).toMatchObject([{ status: "failed", errors: [{ code: 130403 }] }]);
    expect((await world.client.state()).numbers[0]?.blocked).toEqual([ada]);
  });

  test("says of each who failed why, and blocks the others", async () => {
    const world = await startTestWorld({ webhook: null });
    await writes(world, ada);
    world.clock.advance(24 * 3600 * 1000 - 1);
    await writes(world, bob);
    world.clock.advance(1);

    const { httpStatus, body } = await block(world, ada, bob, "US.ENT.1", "me");

    expect([httpStatus, body.error.code]).toEqual([400, 139100]);
    expect(body.block_users.added_users).toMatchObject([{ input: bob }]);
    const failed = body.block_users.failed_users as { input: string; errors: { code: number }[] }[];
    expect(failed.map(({ input, errors }) => [input, errors[0]?.code])).toEqual([
      [ada, 131047],
      ["US.ENT.1", 131009],
      ["me", 131009],
    ]);
  });

  test("by BSUID blocks the same user", async () => {
    const world = await startTestWorld();
    await writes(world, ada);
    await world.settle();
    const userId = world.changes()[0].contacts[0].user_id;

    await world.call("POST", "/block_users", { messaging_product: "whatsapp", block_users: [{ user_id: userId }] });
    await world.send(messageTo(ada, "text", { body: "x" }));
    await world.settle();

    expect(world.statuses()).toMatchObject([{ errors: [{ code: 130403 }] }]);
  });

  test("stops at the cap of the list", async () => {
    const world = await startTestWorld({ blockListMax: 1 });
    await writes(world, ada);
    await writes(world, bob);

    const { body } = await block(world, ada, bob);

    expect(body.block_users.failed_users).toMatchObject([{ input: bob, errors: [{ code: 139101 }] }]);
  });

  test("needs a list of users", async () => {
    const world = await startTestWorld();

    expect((await world.call("POST", "/block_users", { block_users: [{ user: ada }] })).code).toBe(100);
    expect((await world.call("POST", "/block_users", { messaging_product: "whatsapp" })).code).toBe(131008);
    expect((await block(world)).code).toBe(100);
  });
});

test("the list is paged, and unblocking lets messages through again", async () => {
  const world = await startTestWorld();
  for (const user of [ada, bob]) await writes(world, user);
  await block(world, ada, bob);

  const first = (await world.call("GET", "/block_users?limit=1")).body;
  const second = (await world.call("GET", `/block_users?limit=1&after=${first.paging.cursors.after}`)).body;
  const past = (await world.call("GET", `/block_users?limit=1&after=${second.paging.cursors.after}`)).body;
  expect(past).toEqual({ data: [] });
  expect([first.data, second.data]).toMatchObject([[{ wa_id: ada.slice(1) }], [{ wa_id: bob.slice(1) }]]);
  expect((await world.call("DELETE", "/block_users", blocking(ada))).body.block_users.removed_users).toMatchObject([
    { input: ada },
  ]);
  expect((await world.call("DELETE", "/block_users", blocking(ada))).code).toBe(139100);

  expect((await writes(world, ada)).isDelivered).toBe(true);
  expect((await writes(world, bob)).isDelivered).toBe(false);
});
