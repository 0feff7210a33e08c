// What blocking, unblocking and listing share: whom, and what became of each.

import type { BlockedUser, BlockResult } from "@tern/dialog360";
import { z } from "zod";
import type { Endpoint, EndpointDeps } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { providerProblem } from "../../provider-problem.ts";
import { readJsonBody } from "../../read-body.ts";
import { readRecipient } from "../../recipient.ts";

const BODY_BYTES_MAX = 65_536;
const USERS_MAX = 1_000;
/** docs/sources.md, user ids; the id across portfolios (`US.ENT.…`) cannot be blocked. */
const BSUID = /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/;
const USER_RULE = "a phone number with a plus, or a BSUID such as US.13491208655302741918 (none with .ENT.)";

const userField = z.string(`is a text: ${USER_RULE}`).transform((text, context) => {
  if (BSUID.test(text)) return text;
  const recipient = readRecipient(text);
  if ("number" in recipient) return recipient.number;
  context.addIssue({ code: "custom", message: `is not ${USER_RULE}` });
  return z.NEVER;
});

export const blockRequestSchema = z
  .strictObject({
    users: z
      .array(userField)
      .min(1, "users has at least one entry")
      .max(USERS_MAX, `users has at most ${USERS_MAX} entries`)
      .meta({
        description: "Phone numbers with a plus, or BSUIDs.",
        override: { type: "array", items: { type: "string" }, minItems: 1, maxItems: USERS_MAX },
      }),
  })
  .meta({ id: "BlockRequest" });

const userView = {
  input: z.string().nullable().meta({ description: "As it was asked for.", example: "+4915112345678" }),
  waId: z.string().nullable().meta({ description: "WhatsApp's spelling of the number.", example: "4915112345678" }),
  userId: z.string().nullable().meta({ description: "The BSUID.", example: "US.13491208655302741918" }),
};
export const blockedUserSchema = z.strictObject(userView).meta({ id: "BlockedUser" });

export const blockResultSchema = z
  .strictObject({
    done: z.array(blockedUserSchema),
    failed: z.array(
      z.strictObject({
        ...userView,
        code: z.int().nullable().meta({ description: "Meta's error code." }),
        reason: z.string(),
        hint: z.string(),
      }),
    ),
  })
  .meta({ id: "BlockResult", description: "What became of each user: the provider may do one and refuse another." });

const exampleUser = { input: "+4915112345678", waId: "4915112345678", userId: null };

interface Words {
  readonly summary: string;
  readonly description: string;
}

/** The endpoint that changes the block list in one way. */
export function blockEndpoint(way: "block" | "unblock", { summary, description }: Words): Endpoint {
  const ask = (deps: EndpointDeps) => (way === "block" ? deps.provider.blockUsers : deps.provider.unblockUsers);
  return {
    method: "post",
    path: `/v1/senders/:id/${way}`,
    scopes: ["conversations:write"],
    operation: {
      operationId: `${way}Users`,
      tags: ["Conversations"],
      summary,
      description,
      requestParams: { path: senderIdPath },
      requestBody: {
        required: true,
        content: { "application/json": { schema: blockRequestSchema, example: { users: ["+4915112345678"] } } },
      },
      responses: {
        "200": {
          description: "What became of each; also when all have failed.",
          headers: requestIdHeader,
          content: { "application/json": { schema: blockResultSchema, example: { done: [exampleUser], failed: [] } } },
        },
        ...problemResponses(
          "invalid-json",
          "invalid-request",
          "not-found",
          "provider-failed",
          "provider-refused",
          "too-large",
          "unsupported-media-type",
        ),
      },
    },
    createHandler: (deps) => async (request, response) => {
      const caller = callerOf(response);
      const sender = senderFor(caller, deps.deployment(), request.params.id ?? "");
      const parsed = blockRequestSchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
      if (!parsed.success) throw invalidRequest("the request", faultsOf(parsed.error.issues));
      const result = await ask(deps)(sender, parsed.data.users);
      if ("failure" in result) throw providerProblem(result.failure);
      // How many, not whom: the trail outlives the people.
      const text = `${way} ${result.ok.done.length} of ${parsed.data.users.length} users`;
      await deps.store.audit(sender.id, caller.id, text);
      sendJson(response, 200, viewOf(result.ok));
    },
  };
}

function viewOf({ done, failed }: BlockResult): z.infer<typeof blockResultSchema> {
  return {
    done: done.map(userViewOf),
    failed: failed.map(({ failure, ...user }) => {
      const { code, reason, hint } = failure;
      return { ...userViewOf(user), code, reason, hint };
    }),
  };
}

export function userViewOf({ input, waId, userId }: BlockedUser): z.infer<typeof blockedUserSchema> {
  return { input, waId, userId };
}
