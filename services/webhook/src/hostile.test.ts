// Everything a provider, a bug or an enemy may put into a body, over real HTTP into a real Redis: the answer is 200 each
// time, and whoever travels in the same body is applied. Each fixture is posted as it is, and once more between neighbours.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { body, entry, inbound, type Sent, startWorld, status, type World } from "./testing/webhook-world.ts";

const FIXTURES = join(import.meta.dirname, "../../../packages/dialog360/src/webhook/fixtures");
const names = readdirSync(FIXTURES);

let world: World;
/** Messages that webhooks tell of; sent before anything else, because some fixtures stop the number. */
const sent: Sent[] = [];
beforeAll(async () => {
  world = await startWorld();
  for (let at = 0; at < names.length + 20; at += 1) sent.push(await world.submitted());
}, 60_000);
afterAll(() => world.stop());

const next = () => sent.pop() as Sent;

async function inboundWamids(): Promise<(string | undefined)[]> {
  return (await world.stream("inbound")).map(({ wamid }) => wamid);
}

test.each(names)("%s: 200, and its neighbours are applied", async (name) => {
  const bytes = readFileSync(join(FIXTURES, name));
  const ours = next();
  expect(await world.post(bytes)).toEqual({ status: 200, text: "" });

  const odd = JSON.parse(bytes.toString());
  const before = entry({ messages: [inbound(`wamid.BEFORE ${name}`)] });
  const after = entry({ statuses: [status(ours, "delivered")], messages: [inbound(`wamid.AFTER ${name}`)] });
  const together = Array.isArray(odd.entry)
    ? { ...odd, entry: [before, ...odd.entry, after] }
    : { ...odd, entry: [before, after] };
  expect(await world.post(together)).toEqual({ status: 200, text: "" });

  expect((await world.record(ours)).status).toBe("delivered");
  expect(await inboundWamids()).toEqual(expect.arrayContaining([`BEFORE ${name}`, `AFTER ${name}`]));
});

test("the fixtures are there", () => {
  expect(names.length).toBeGreaterThan(100);
});

describe("made to harm", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const text = (id: string, said: string) => JSON.stringify(inbound(id, { text: { body: said } }));

  test.each<[string, string]>([
    ["U+0000 in every text", JSON.stringify(inbound("wamid.\u0000", { type: "\u0000", text: { body: "\u0000" } }))],
    ["half of a surrogate pair", '{"id":"wamid.HALF","from":"16505551234","type":"text","text":{"body":"\\ud83d"}}'],
    ["keys that come twice", '{"id":"wamid.ONE","id":"wamid.TWO","from":"1","from":"16505551234","type":"text"}'],
    ["lists a hundred thousand deep", `{"id":"wamid.DEEP","from":"16505551234","type":"text","text":${deep}}`],
    [
      "the keys of prototypes",
      '{"id":"wamid.PROTO","__proto__":{"id":null,"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    ],
    ["numbers past every range", '{"id":"wamid.NUM","from":16505551234,"timestamp":1e999,"type":7}'],
    ["a time before all times", '{"id":"wamid.TIME","from":"16505551234","timestamp":"-99999999999999","type":"text"}'],
    ["the separators of our own keys", text("wamid.{demo}:m:*", "tern:{demo}: \r\n*1\r\n$8\r\nFLUSHALL\r\n")],
    ["an id of 600 characters", text(`wamid.${"x".repeat(600)}`, "long")],
    ["no object at all", '"poison"'],
  ])("%s", async (what, poison) => {
    const ours = next();
    const good = body({ statuses: [status(ours, "read")], messages: ["POISON", inbound(`wamid.GOOD ${what}`)] });
    expect(await world.post(JSON.stringify(good).replace('"POISON"', () => poison))).toEqual({ status: 200, text: "" });

    expect((await world.record(ours)).status).toBe("read");
    expect(await inboundWamids()).toContain(`GOOD ${what}`);
    expect("polluted" in {}).toBe(false);
  });

  test("a thousand of which one is poison: the other 999 are applied", async () => {
    const ours = next();
    const others = Array.from({ length: 999 }, (_, at) => inbound(`wamid.OF-1000-${at}`));
    const messages = others.toSpliced(500, 0, { id: {}, type: [] } as never);
    expect(await world.post(body({ messages, statuses: [status(ours, "read")] }))).toEqual({ status: 200, text: "" });

    expect((await inboundWamids()).filter((id) => id?.startsWith("OF-1000-"))).toHaveLength(999);
    expect((await world.record(ours)).status).toBe("read");
  });

  test("3 MB in one text: its neighbours are applied, and the text is kept", async () => {
    const ours = next();
    const huge = inbound("wamid.HUGE", { text: { body: "" } });
    const rest = { statuses: [status(ours, "read")] };
    const room = 3_000_000 - JSON.stringify(body({ messages: [huge], ...rest })).length;
    const full = body({ messages: [{ ...huge, text: { body: "x".repeat(room) } }], ...rest });
    expect(Buffer.byteLength(JSON.stringify(full))).toBe(3_000_000);
    console.time("post");
    expect(await world.post(full)).toEqual({ status: 200, text: "" });
    console.timeEnd("post");

    expect((await world.record(ours)).status).toBe("read");
    expect(await inboundWamids()).toContain("HUGE");
    expect((await world.stream("raw")).some(({ body: kept }) => kept === JSON.stringify(full))).toBe(true);
  });

  test("a status of somebody else's message, and one that names ours under a sender that is not ours", async () => {
    const ours = next();
    const foreign = { id: "wamid.THEIRS", status: "read", timestamp: "1750030073", recipient_id: "4915110000000" };
    const lie = { ...foreign, id: "wamid.LIE", biz_opaque_callback_data: "msg_nobody_01kahz3n8qf6q9t0x2m4w7c5rd:1" };
    const asked = body({ statuses: [foreign, lie, status(ours, "delivered")] });
    expect(await world.post(asked)).toEqual({ status: 200, text: "" });
    expect((await world.record(ours)).status).toBe("delivered");
  });
});
