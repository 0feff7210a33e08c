import { afterEach, describe, expect, test } from "@jest/globals";
import { type Answers, json, type ManagementWorld, managementWorld, status } from "./testing/management-world.ts";

let world: ManagementWorld;
afterEach(() => world.stop());

const WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQUFE";
const BSUID = "US.13491208655302741918";

async function worldWith(answers: Answers) {
  world = await managementWorld(answers);
  return world;
}

describe("an inbound message", () => {
  const read = { messaging_product: "whatsapp", status: "read", message_id: WAMID };

  test.each([
    ["read", {}, read],
    ["read, with an answer being written", { typing: true }, { ...read, typing_indicator: { type: "text" } }],
  ])("is marked as %s", async (_label, how, body) => {
    await worldWith({ "POST /messages": json({ success: true }) });
    expect(await world.client.markRead(world.account(), { wamid: WAMID, ...how })).toEqual({ ok: null });
    expect(world.jsons()).toEqual([body]);
  });

  test.each([
    ["360dialog-sandbox", "POST /v1/messages"],
    ["meta", "POST /v24.0/106540352242922/messages"],
  ] as const)("is marked as read where the messages of the profile %s go", async (profile, request) => {
    await worldWith({ [request]: json({ success: true }) });
    expect(await world.client.markRead(world.account({ profile }), { wamid: WAMID })).toEqual({ ok: null });
  });

  test("that the provider does not know is a failure, told without the number in its id", async () => {
    const error = { code: 131009, message: `(#131009) ${WAMID} of 16505551234 is invalid` };
    await worldWith({ "POST /messages": status(400, { error }) });
    const result = await world.client.markRead(world.account(), { wamid: WAMID });
    expect(result).toMatchObject({ failure: { class: "rejected", code: 131009 } });
    expect(JSON.stringify(result)).not.toMatch(/HBgL|6505551234/);
  });
});

describe("the block list", () => {
  const blocked = { input: "+16505551234", wa_id: "16505551234" };

  test("takes phone numbers and BSUIDs", async () => {
    await worldWith({ "POST /block_users": json({ block_users: { added_users: [blocked, { user_id: BSUID }] } }) });
    expect(await world.client.blockUsers(world.account(), ["+16505551234", BSUID])).toEqual({
      ok: {
        done: [
          { input: "+16505551234", waId: "16505551234", userId: null },
          { input: null, waId: null, userId: BSUID },
        ],
        failed: [],
      },
    });
    expect(world.jsons()).toEqual([
      { messaging_product: "whatsapp", block_users: [{ user: "+16505551234" }, { user_id: BSUID }] },
    ]);
  });

  test("lets go again", async () => {
    await worldWith({ "DELETE /block_users": json({ block_users: { removed_users: [blocked] } }) });
    expect(await world.client.unblockUsers(world.account(), ["+16505551234"])).toMatchObject({
      ok: { done: [{ waId: "16505551234" }], failed: [] },
    });
    expect(world.jsons()).toEqual([{ messaging_product: "whatsapp", block_users: [{ user: "+16505551234" }] }]);
  });

  test("tells of each user what became of it when some were refused", async () => {
    const errors = [
      {
        message: "Re-engagement required",
        code: 131047,
        error_data: { details: "has not messaged in the last 24 hours" },
      },
    ];
    await worldWith({
      "POST /block_users": status(400, {
        block_users: {
          added_users: [blocked],
          failed_users: [
            { input: "+4915112345678", errors },
            { input: "+1", errors: [] },
          ],
        },
        error: { code: 139100, message: "(#139100) Failed to block/unblock users" },
      }),
    });
    expect(await world.client.blockUsers(world.account(), ["+16505551234", "+4915112345678", "+1"])).toEqual({
      ok: {
        done: [{ input: "+16505551234", waId: "16505551234", userId: null }],
        failed: [
          {
            input: "+4915112345678",
            waId: null,
            userId: null,
            failure: expect.objectContaining({
              class: "rejected",
              code: 131047,
              hint: expect.stringContaining("can be blocked"),
            }),
          },
          {
            input: "+1",
            waId: null,
            userId: null,
            failure: expect.objectContaining({ class: "rejected", code: null }),
          },
        ],
      },
    });
  });

  test("that could not be changed at all is a failure", async () => {
    await worldWith({ "POST /block_users": status(400, { error: { code: 139102, message: "Blocklist limit" } }) });
    expect(await world.client.blockUsers(world.account(), ["+1"])).toMatchObject({ failure: { code: 139102 } });
    expect(world.seen).toHaveLength(1);
  });

  test("is not asked to block nobody", async () => {
    await worldWith({});
    expect(await world.client.blockUsers(world.account(), [])).toMatchObject({ failure: { class: "rejected" } });
    expect(world.seen).toEqual([]);
  });

  test("is read page by page, to the empty page behind the last", async () => {
    const cursors = { paging: { cursors: { after: "QVFI", before: "QVFI" } } };
    await worldWith({
      "GET /block_users?limit=2": json({ data: [{ messaging_product: "whatsapp", wa_id: "16505551234" }], ...cursors }),
      "GET /block_users?limit=2&after=QVFI": json({ data: [], ...cursors }),
    });
    const first = await world.client.listBlocked(world.account(), { limit: 2 });
    expect(first).toEqual({ ok: { users: [{ input: null, waId: "16505551234", userId: null }], after: "QVFI" } });
    expect(await world.client.listBlocked(world.account(), { limit: 2, after: "QVFI" })).toEqual({
      ok: { users: [], after: null },
    });
  });
});
