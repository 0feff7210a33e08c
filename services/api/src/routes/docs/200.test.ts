// The documentation: complete, true to the code, and readable without the internet.

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { contentSchema, templateCreationSchema, templateEditShape } from "@tern/dialog360";
import type { z } from "zod";
import { ENDPOINTS } from "../../endpoints.ts";
import { explanationSchema } from "../../explanation-view.ts";
import { manyResultSchema } from "../../many-messages.ts";
import { messageRequestSchema, readMessageRequest } from "../../message-request.ts";
import { messageViewSchema } from "../../message-view.ts";
import { createOpenApiDocument } from "../../openapi.ts";
import { operatedSchema } from "../../operated.ts";
import { problemSchema } from "../../problem-responses.ts";
import { senderViewSchema } from "../../sender-view.ts";
import { templateViewSchema } from "../../template-view.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { blockRequestSchema, blockResultSchema } from "../block-users/block-list.ts";
import { canceledMessageSchema } from "../cancel-message/route.ts";
import { cancelFilterSchema } from "../cancel-messages/route.ts";
import { deletedTemplateSchema } from "../delete-template/route.ts";
import { erasedContactSchema } from "../erase-contact/route.ts";
import { contactViewSchema } from "../get-contact/route.ts";
import { mediaInfoSchema } from "../get-media/route.ts";
import { templateLanguagesSchema } from "../get-template/route.ts";
import { blockedSchema } from "../list-blocked/route.ts";
import { eventsSchema } from "../list-events/route.ts";
import { failuresSchema } from "../list-failures/route.ts";
import { inboundPageSchema } from "../list-inbound/route.ts";
import { messagePageSchema } from "../list-messages/route.ts";
import { senderListSchema } from "../list-senders/route.ts";
import { templateListSchema } from "../list-templates/route.ts";
import { waitingSchema } from "../list-waiting/route.ts";
import { markReadSchema } from "../mark-read/route.ts";
import { auditSchema } from "../read-audit/route.ts";
import { retriedMessageSchema } from "../retry-message/route.ts";
import { retryFilterSchema } from "../retry-messages/route.ts";
import { batchResultSchema } from "../send-batch/route.ts";
import { acceptedMessageSchema } from "../send-message/route.ts";
import { consentRequestSchema, recordedConsentSchema } from "../set-consent/route.ts";
import { consentsRequestSchema, consentsResultSchema } from "../set-consents/route.ts";
import { paceRequestSchema } from "../set-pace/route.ts";
import { operatedPortfolioSchema, tierRequestSchema } from "../set-tier/route.ts";
import { templateSyncSchema } from "../sync-templates/route.ts";
import { uploadedSchema } from "../upload-media/route.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** What an operation says about a body, as far as these tests look at it. */
interface Media {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, object>>;
}

const valuesOf = ({ example, examples = {} }: Media) => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map((entry) => "value" in entry && entry.value),
];

/** The media type among those of a request or response, which may be a reference instead. */
function mediaOf(holder: object | undefined, type: string): Media {
  const content = holder && "content" in holder ? (holder.content as Record<string, Media>) : {};
  return content[type] ?? {};
}

describe("/openapi.json", () => {
  test("is the description, and needs no key", async () => {
    const answer = await api.request("GET", "/openapi.json", { as: null });

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(createOpenApiDocument())));
    expect(answer.body.openapi).toBe("3.1.1");
  });

  const operations = ENDPOINTS.map(({ operation }) => [operation.operationId, operation] as const);
  const successSchemas: Record<string, z.ZodType> = {
    sendMessage: acceptedMessageSchema,
    sendBatch: batchResultSchema,
    getMessage: messageViewSchema,
    listMessages: messagePageSchema,
    explainMessage: explanationSchema,
    cancelMessage: canceledMessageSchema,
    retryMessage: retriedMessageSchema,
    cancelMessages: manyResultSchema,
    retryMessages: manyResultSchema,
    getContact: contactViewSchema,
    setConsent: recordedConsentSchema,
    setConsents: consentsResultSchema,
    eraseContact: erasedContactSchema,
    uploadMedia: uploadedSchema,
    getMedia: mediaInfoSchema,
    listInbound: inboundPageSchema,
    listEvents: eventsSchema,
    blockUsers: blockResultSchema,
    unblockUsers: blockResultSchema,
    listBlocked: blockedSchema,
    listSenders: senderListSchema,
    getSender: senderViewSchema,
    listWaiting: waitingSchema,
    listFailures: failuresSchema,
    readAudit: auditSchema,
    pauseSender: operatedSchema,
    resumeSender: operatedSchema,
    pauseLane: operatedSchema,
    resumeLane: operatedSchema,
    pauseTemplate: operatedSchema,
    resumeTemplate: operatedSchema,
    setPace: operatedSchema,
    setTier: operatedPortfolioSchema,
    listTemplates: templateListSchema,
    getTemplate: templateLanguagesSchema,
    createTemplate: templateViewSchema,
    editTemplate: templateViewSchema,
    deleteTemplate: deletedTemplateSchema,
    deleteTemplateLanguage: deletedTemplateSchema,
    syncTemplates: templateSyncSchema,
  };
  /** Answered with nothing, or with a file. */
  const NO_JSON = ["deleteMedia", "downloadMedia", "markRead"];
  const requestSchemas: Record<string, z.ZodType> = {
    cancelMessages: cancelFilterSchema,
    retryMessages: retryFilterSchema,
    setConsent: consentRequestSchema,
    setConsents: consentsRequestSchema,
    markRead: markReadSchema,
    blockUsers: blockRequestSchema,
    unblockUsers: blockRequestSchema,
    setPace: paceRequestSchema,
    setTier: tierRequestSchema,
    createTemplate: templateCreationSchema,
    editTemplate: templateEditShape,
  };

  test.each(operations)("%s documents every kind of answer, with examples that are right", (name, operation) => {
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["401", "403", "500", "503"]));
    expect(Object.keys(successSchemas).concat(NO_JSON)).toContain(name);
    for (const [status, response] of Object.entries(operation.responses)) {
      if (status < "300" && NO_JSON.includes(name)) continue;
      const examples = valuesOf(mediaOf(response, status < "300" ? "application/json" : "application/problem+json"));
      expect(examples.length).toBeGreaterThan(0);
      const schema = status < "300" ? successSchemas[name] : problemSchema;
      for (const example of examples) expect(schema?.safeParse(example).error).toBeUndefined();
    }
  });

  test.each(operations.filter(([name, { requestBody }]) => requestBody && name !== "uploadMedia"))(
    "%s's requests in the examples are accepted",
    (name, operation) => {
      const examples = valuesOf(mediaOf(operation.requestBody, "application/json"));
      expect(examples.length).toBeGreaterThan(0);
      const schema = requestSchemas[name];
      if (schema) {
        for (const example of examples) expect(schema.safeParse(example).error).toBeUndefined();
        return;
      }
      const messages = examples.flatMap((example) => (example as { messages?: unknown[] }).messages ?? [example]);
      expect(messages.length).toBeGreaterThan(0);
      for (const message of messages) {
        const read = readMessageRequest(message, { nowMs: 0, isOwnSender: (id) => id === "demo" });
        expect(read).toHaveProperty("request");
      }
    },
  );

  test("whatever content can be sent can be asked for", () => {
    const typesOf = ({ options: [known] }: typeof contentSchema | typeof messageRequestSchema) =>
      known.options.map(({ shape }) => shape.type.value).sort();
    expect(typesOf(messageRequestSchema)).toEqual(typesOf(contentSchema));
  });
});

describe("/docs", () => {
  test("is a page whose every part comes from here and passes its own content security policy", async () => {
    const page = await api.request("GET", "/docs", { as: null });
    const policy = page.headers.get("content-security-policy") ?? "";
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");

    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.text).not.toMatch(/<script>|style=|onload=|https?:/);
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).not.toContain("upgrade-insecure-requests");
    expect(parts).toHaveLength(4);
    for (const path of parts) {
      const part = await api.request("GET", path, { as: null });
      expect([path, part.status]).toEqual([path, 200]);
      expect(part.text.length).toBeGreaterThan(100);
    }
  });

  test("shows the description that is served here", async () => {
    expect((await api.request("GET", "/docs/page.js", { as: null })).text).toContain('url: "/openapi.json"');
  });
});

test("every answer has helmet's headers, and none says what it is made with", async () => {
  for (const path of ["/docs", "/v1/messages", "/nothing"]) {
    const { headers } = await api.request("GET", path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  }
});
