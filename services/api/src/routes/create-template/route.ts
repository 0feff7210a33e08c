// POST /v1/senders/:id/templates: a new template, or a known one in another language, for the provider to review.

import { randomUUID } from "node:crypto";
import { definitionOf, type TemplateCreation, templateCreationSchema } from "@tern/dialog360";
import type { Sender } from "@tern/runtime";
import type { Endpoint, EndpointDeps } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";
import { providerProblem } from "../../provider-problem.ts";
import { readJsonBody } from "../../read-body.ts";
import { exampleTemplate, templateView, templateViewSchema, tooOften } from "../../template-view.ts";

const BODY_BYTES_MAX = 256 * 1_024;
/** The most of any account (docs/sources.md, templates); one that is not verified has 250, and the provider says so. */
const TEMPLATES_MAX = 6_000;

export const createTemplate: Endpoint = {
  method: "post",
  path: "/v1/senders/:id/templates",
  scopes: ["templates:write"],
  operation: {
    operationId: "createTemplate",
    tags: ["Templates"],
    summary: "Create a template",
    description:
      "In the shape of Meta's Business Management API, checked against the documented limits, and then given to the " +
      "provider for review: its status says how that goes. An account may create 100 templates in any hour; one more is " +
      "refused here (429) before the provider would.",
    requestParams: { path: senderIdPath },
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: templateCreationSchema,
          example: {
            name: "order_update",
            language: "en_US",
            category: "UTILITY",
            components: [
              {
                type: "BODY",
                text: "Hello {{1}}, your order {{2}} is on its way.",
                example: { body_text: [["Ada", "4711"]] },
              },
            ],
          },
        },
      },
    },
    responses: {
      "201": {
        description: "The provider has it.",
        headers: {
          ...requestIdHeader,
          Location: {
            description: "Where its status is.",
            schema: { type: "string", example: "/v1/senders/demo/templates/order_update" },
          },
        },
        content: {
          "application/json": {
            schema: templateViewSchema,
            example: { ...exampleTemplate, status: "PENDING", sendable: "no" },
          },
        },
      },
      ...problemResponses(
        "invalid-json",
        "invalid-request",
        "not-found",
        "template-exists",
        "too-large",
        "unsupported-media-type",
        "provider-refused",
        "template-limit",
        "provider-failed",
      ),
    },
  },
  createHandler: (deps) => async (request, response) => {
    const { store, deployment, clock, templates } = deps;
    const caller = callerOf(response);
    const sender = senderFor(caller, deployment(), request.params.id ?? "");
    const parsed = templateCreationSchema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
    if (!parsed.success) throw invalidRequest("the template", faultsOf(parsed.error.issues));
    const { name, language } = parsed.data;
    await requireRoomFor(deps, sender, parsed.data);

    const definition = await create(deps, sender, parsed.data);
    const saidAtMs = clock.nowMs();
    const before = await store.readTemplate(sender.wabaId, name, language);
    const change = { name, language, definition: JSON.stringify(definition) };
    await store.changeTemplate(sender.wabaId, change, saidAtMs, before);
    await store.audit(sender.id, caller.id, `template created: ${name} (${language}), ${definition.status}`);
    await templates.refresh(sender);
    response.setHeader("Location", `/v1/senders/${sender.id}/templates/${name}`);
    sendJson(response, 201, templateView(definition, saidAtMs));
  },
};

type Deps = Pick<EndpointDeps, "store" | "provider" | "clock">;

/** throws   ApiProblem when there is such a template, or the account has as many as any may have */
async function requireRoomFor({ store }: Deps, sender: Sender, { name, language }: TemplateCreation): Promise<void> {
  const [known, { count }] = await Promise.all([
    store.readTemplate(sender.wabaId, name, language),
    store.readTemplateSummary(sender.wabaId),
  ]);
  if (known) {
    throw new ApiProblem("template-exists", {
      detail: `There is a template ${name} in ${language}: edit it, or create one under another name.`,
    });
  }
  if (count >= TEMPLATES_MAX) {
    throw new ApiProblem("template-limit", {
      detail: `The account has ${count} templates, and may have ${TEMPLATES_MAX}: delete some that are not used.`,
    });
  }
}

/** Gives it to the provider; what it certainly refused is not counted among the 100 of the hour. */
async function create({ store, provider, clock }: Deps, sender: Sender, template: TemplateCreation) {
  const token = randomUUID();
  const nextMs = await store.countTemplateCreation(sender.wabaId, token);
  if (nextMs !== null) throw tooOften("The account has created 100 templates within an hour", nextMs, clock.nowMs());
  const created = await provider.createTemplate(sender, template);
  if ("failure" in created) {
    if (created.failure.class === "unknown") await store.pollTemplatesIn(sender.wabaId, 0);
    else await store.uncountTemplateChange(sender.wabaId, null, token);
    throw providerProblem(created.failure);
  }
  const { id, status, category } = created.ok;
  const definition = definitionOf({
    id,
    name: template.name,
    language: template.language,
    status: status.toUpperCase(),
    category: (category ?? template.category).toUpperCase(),
    quality: null,
    parameterFormat: template.parameter_format ?? "POSITIONAL",
    components: template.components,
    rejectedReason: null,
  });
  if (!definition) throw new Error("a template that passed the schema has a usable name");
  return definition;
}
