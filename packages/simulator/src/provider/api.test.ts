import { afterEach, expect, test } from "@jest/globals";
import { apiKey, number, startTestWorld, stopTestWorlds, type TestWorld, textTo } from "../test-world.ts";

afterEach(stopTestWorlds);

function call({ simulator }: TestWorld, method: string, path: string, body?: object, key = apiKey) {
  return fetch(simulator.url + path, {
    method,
    headers: { "D360-API-KEY": key, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

test("other calls than sends are counted by method and path", async () => {
  const world = await startTestWorld();

  for (const path of ["/123456789", "/987654321?a=1", "/health_status"]) await call(world, "GET", path);

  expect((await world.client.state()).calls).toEqual({ "GET /{id}": 2, "GET /health_status": 1 });
});

test("every call needs a number's key", async () => {
  const world = await startTestWorld();

  for (const path of ["/v1/configs/webhook", "/health_status", "/message_templates"]) {
    expect((await call(world, "GET", path, undefined, "nobody")).status).toBe(401);
  }
});

test("the webhook is configured with its headers, and used from then on", async () => {
  const world = await startTestWorld();
  const target = { url: (await world.client.state()).numbers[0]?.webhook?.url, headers: { "X-Secret": "s" } };
  await world.client.putNumber({ ...number, webhook: null });
  expect((await call(world, "GET", "/v1/configs/webhook")).status).toBe(404);

  expect(await (await call(world, "POST", "/v1/configs/webhook", target)).json()).toEqual(target);
  expect(await (await call(world, "GET", "/v1/configs/webhook")).json()).toEqual(target);
  await world.client.putNumber(number);
  await world.send(textTo("+15550001111"));
  await world.settle();

  expect(world.received[0]?.headers["x-secret"]).toBe("s");
});

test("a webhook with an underscore in its host or with a port is refused", async () => {
  const world = await startTestWorld();
  const statusOf = async (url: string) => (await call(world, "POST", "/v1/configs/webhook", { url })).status;

  expect(await statusOf("https://my_host.example.com/hook")).toBe(400);
  expect(await statusOf("https://example.com:8443/hook")).toBe(400);
  expect(await statusOf("https://example.com/hook")).toBe(200);
});

test("health status says what the number was told to say", async () => {
  const world = await startTestWorld({ canSendMessage: "LIMITED" });

  const health = await (await call(world, "GET", "/health_status")).json();

  expect(health).toMatchObject({
    id: number.phoneNumberId,
    health_status: {
      can_send_message: "LIMITED",
      entities: expect.arrayContaining([
        { entity_type: "PHONE_NUMBER", id: number.phoneNumberId, can_send_message: "LIMITED" },
      ]),
    },
  });
});

test("nodes of health are added or put over a number's own, and the worst is the whole", async () => {
  const errors = [{ errorCode: 141006, errorDescription: "No payment", possibleSolution: "Pay" }];
  const world = await startTestWorld({
    healthNodes: [
      { entityType: "WABA", canSendMessage: "LIMITED", errors },
      { entityType: "MESSAGE_TEMPLATE", id: "7", canSendMessage: "BLOCKED", additionalInfo: ["paused"] },
    ],
  });

  const { health_status: health } = (await (await call(world, "GET", "/health_status")).json()) as {
    health_status: { can_send_message: string; entities: { entity_type: string }[] };
  };

  expect(health.can_send_message).toBe("BLOCKED");
  expect(health.entities.map(({ entity_type }) => entity_type)).toEqual([
    "PHONE_NUMBER",
    "WABA",
    "BUSINESS",
    "APP",
    "MESSAGE_TEMPLATE",
  ]);
  expect(health.entities).toEqual(
    expect.arrayContaining([
      {
        entity_type: "WABA",
        id: number.wabaId,
        can_send_message: "LIMITED",
        errors: [{ error_code: 141006, error_description: "No payment", possible_solution: "Pay" }],
      },
      { entity_type: "MESSAGE_TEMPLATE", id: "7", can_send_message: "BLOCKED", additional_info: ["paused"] },
    ]),
  );
});

test("templates are listed page by page in Meta's shape", async () => {
  const world = await startTestWorld();
  const names = ["a", "b", "c"];
  const common = { language: "en", status: "APPROVED", category: "UTILITY", bodyParamsCount: 1 } as const;
  await world.client.putTemplates({ apiKey, templates: names.map((name) => ({ ...common, name })) });

  const listed: string[] = [];
  let path: string | undefined = "/message_templates?limit=2";
  while (path !== undefined) {
    const page = (await (await call(world, "GET", path)).json()) as {
      data: { name: string; status: string; components: unknown[] }[];
      paging: { next?: string };
    };
    expect(page.data[0]).toMatchObject({ status: "APPROVED", language: "en", components: [{ type: "BODY" }] });
    listed.push(...page.data.map(({ name }) => name));
    path = page.paging.next;
  }

  expect(listed).toEqual(names);
});
