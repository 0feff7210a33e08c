// Reports about templates and numbers, from the request to what they do: before the answer is 200, Redis has it.

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DEMO, OTHER, startWorld, type World } from "./testing/webhook-world.ts";

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const now = () => Math.floor(Date.now() / 1_000);
function report(field: string, value: Record<string, unknown>) {
  const template = { message_template_id: 7, message_template_name: "sale", message_template_language: "de" };
  const changes = [{ field, value: { ...template, ...value } }];
  return { object: "whatsapp_business_account", entry: [{ id: DEMO.wabaId, time: now(), changes }] };
}
const paused = { event: "PAUSED", reason: "NONE", other_info: { title: "FIRST_PAUSE", description: "Low quality." } };

test("a paused template rests at every number of the account, and no more after the unpause", async () => {
  const field = "message_template_status_update";
  expect((await world.post(report(field, paused))).status).toBe(200);
  for (const { id } of [DEMO, OTHER]) {
    expect([...(await world.store.readTemplateRests(id)).keys()]).toEqual(["sale/de"]);
  }
  const unpaused = { event: "APPROVED", other_info: { title: "UNPAUSE", description: "" } };
  expect((await world.post(report(field, unpaused))).status).toBe(200);
  for (const { id } of [DEMO, OTHER]) expect((await world.store.readTemplateRests(id)).size).toBe(0);
});

test("what is known of the template follows, whatever else is in the body", async () => {
  const definition = JSON.stringify({ id: "7", name: "sale", language: "de", status: "APPROVED", components: [] });
  await world.store.replaceTemplates(DEMO.wabaId, Date.now() - 60_000, [{ name: "sale", language: "de", definition }]);
  const quality = report("message_template_quality_update", { new_quality_score: "RED" });
  const poison = {
    id: DEMO.wabaId,
    changes: [{ field: "message_template_quality_update", value: { new_quality_score: 7 } }],
  };
  const answer = await world.post({ ...quality, entry: [poison, ...quality.entry, "nonsense"] });
  expect(answer.status).toBe(200);
  const kept = await world.store.readTemplate(DEMO.wabaId, "sale", "de");
  expect(JSON.parse(kept?.definition ?? "null")).toMatchObject({ quality: "RED" });
});

test("of an account that is not ours nothing is kept but the report itself", async () => {
  const body = report("message_template_status_update", paused);
  const elsewhere = { ...body, entry: [{ ...body.entry[0], id: "999" }] };
  expect((await world.post(elsewhere)).status).toBe(200);
  expect(await world.store.readTemplateSummary("999")).toMatchObject({ count: 0 });
});
