import { afterEach, expect, test } from "@jest/globals";
import { json, type ManagementWorld, managementWorld } from "./testing/management-world.ts";

let world: ManagementWorld;
afterEach(() => world.stop());

async function healthFrom(answer: unknown) {
  world = await managementWorld({ "GET /health_status": json(answer) });
  return world.client.getHealth(world.account());
}

test("the health of a number says which part of it cannot send, why, and what to do", async () => {
  const result = await healthFrom({
    health_status: {
      can_send_message: "BLOCKED",
      entities: [
        {
          entity_type: "PHONE_NUMBER",
          id: "106540352242922",
          can_send_message: "LIMITED",
          additional_info: ["Your display name has not been approved yet."],
        },
        {
          entity_type: "WABA",
          id: "102290129340398",
          can_send_message: "BLOCKED",
          errors: [
            {
              error_code: 141006,
              error_description: "There is an error with the payment method.",
              possible_solution: "Settle it.",
            },
          ],
        },
        { entity_type: "BUSINESS", id: 2729063490586005, can_send_message: "AVAILABLE" },
      ],
    },
    id: "106540352242922",
  });
  expect(result).toEqual({
    ok: {
      canSendMessage: "BLOCKED",
      entities: [
        {
          type: "PHONE_NUMBER",
          id: "106540352242922",
          canSendMessage: "LIMITED",
          additionalInfo: ["Your display name has not been approved yet."],
          errors: [],
        },
        {
          type: "WABA",
          id: "102290129340398",
          canSendMessage: "BLOCKED",
          additionalInfo: [],
          errors: [{ code: 141006, description: "There is an error with the payment method.", solution: "Settle it." }],
        },
        { type: "BUSINESS", id: "2729063490586005", canSendMessage: "AVAILABLE", additionalInfo: [], errors: [] },
      ],
    },
  });
});

test.each([{}, { health_status: "AVAILABLE" }, { health_status: { entities: [] } }])(
  "an answer without a verdict (%j) is no health",
  async (answer) => {
    expect(await healthFrom(answer)).toMatchObject({ failure: { class: "unknown" } });
  },
);

test("what is odd in it does not harm the rest", async () => {
  const entities = [null, "x", { entity_type: 5, errors: [null, {}], additional_info: [1, {}, ""] }];
  expect(await healthFrom({ health_status: { can_send_message: "AVAILABLE", entities } })).toEqual({
    ok: {
      canSendMessage: "AVAILABLE",
      entities: [
        {
          type: "5",
          id: "",
          canSendMessage: "",
          additionalInfo: ["1"],
          errors: [{ code: null, description: "", solution: "" }],
        },
      ],
    },
  });
});
