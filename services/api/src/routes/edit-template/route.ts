// PUT /v1/senders/:id/templates/:name/:language: other components for a template, or another category.

import { randomUUID } from "node:crypto";
import {
  categoryOfDefinition,
  collectTemplates,
  readKept,
  type TemplateDefinition,
  templateEditSchema,
  templateEditShape,
} from "@tern/dialog360";
import type { Sender } from "@tern/runtime";
import type { KeptTemplate } from "@tern/store";
import type { Endpoint, EndpointDeps } from "../../endpoint.ts";
import { faultsOf, invalidRequest } from "../../faults.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { ApiProblem } from "../../problems.ts";
import { providerProblem } from "../../provider-problem.ts";
import { readJsonBody } from "../../read-body.ts";
import {
  exampleTemplate,
  nothingThere,
  templateLanguagePath,
  templateNamed,
  templateNamePath,
  templateView,
  templateViewSchema,
  tooOften,
} from "../../template-view.ts";

const BODY_BYTES_MAX = 256 * 1_024;
/** Those that the provider lets edit (docs/sources.md, templates). */
const EDITABLE = ["APPROVED", "REJECTED", "PAUSED"];

export const editTemplate: Endpoint = {
  method: "put",
  path: "/v1/senders/:id/templates/:name/:language",
  scopes: ["templates:write"],
  operation: {
    operationId: "editTemplate",
    tags: ["Templates"],
    summary: "Edit a template",
    description:
      "Replaces its components as a whole; the provider reviews it again. Only an APPROVED, REJECTED or PAUSED template can " +
      "be edited, an approved one once in 24 hours and ten times in 30 days; one more is refused here (429).",
    requestParams: { path: senderIdPath.extend({ ...templateNamePath, ...templateLanguagePath }) },
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: templateEditShape,
          example: { components: [{ type: "BODY", text: "Your order is on its way." }] },
        },
      },
    },
    responses: {
      "200": {
        description: "The provider has it; the template after it.",
        headers: requestIdHeader,
        content: { "application/json": { schema: templateViewSchema, example: exampleTemplate } },
      },
      ...problemResponses(
        "invalid-json",
        "invalid-request",
        "not-found",
        "template-not-editable",
        "too-large",
        "unsupported-media-type",
        "provider-refused",
        "template-limit",
        "provider-failed",
      ),
    },
  },
  createHandler: (deps) => async (request, response) => {
    const { store, deployment, templates } = deps;
    const caller = callerOf(response);
    const sender = senderFor(caller, deployment(), request.params.id ?? "");
    const { name, language } = templateNamed(request.params);
    const kept = await store.readTemplate(sender.wabaId, name, language);
    const known = kept && readKept(kept.definition);
    if (!known) throw nothingThere("No such template is known here: POST …/template-sync reads the provider's list.");
    const id = editableId(known);
    const schema = templateEditSchema({
      category: categoryOfDefinition(known),
      isNamed: known.parameterFormat === "NAMED",
      isApproved: known.status === "APPROVED",
    });
    const parsed = schema.safeParse(await readJsonBody(request, BODY_BYTES_MAX));
    if (!parsed.success) throw invalidRequest("the template", faultsOf(parsed.error.issues));

    await edit(deps, sender, known, id, parsed.data);
    await store.audit(sender.id, caller.id, `template edited: ${name} (${language})`);
    const after = await lookAgain(deps, sender, { ...kept, known });
    await templates.refresh(sender);
    sendJson(response, 200, after);
  },
};

/** throws   ApiProblem when it is in no state to be edited */
function editableId({ id, name, language, status }: TemplateDefinition): string {
  if (id !== null && EDITABLE.includes(status)) return id;
  throw new ApiProblem("template-not-editable", {
    detail: `${name} (${language}) is ${status}: only an ${EDITABLE.slice(0, -1).join(", ")} or ${EDITABLE.at(-1)} template can be edited.`,
    members: { templateStatus: status },
  });
}

type Deps = Pick<EndpointDeps, "store" | "provider" | "clock">;

async function edit(
  { store, provider, clock }: Deps,
  sender: Sender,
  { status }: TemplateDefinition,
  id: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const isCounted = status === "APPROVED";
  const token = randomUUID();
  const nextMs = isCounted ? await store.countTemplateEdit(sender.wabaId, id, token) : null;
  if (nextMs !== null) {
    throw tooOften(
      "An approved template may be edited once in 24 hours and ten times in 30 days",
      nextMs,
      clock.nowMs(),
    );
  }
  const edited = await provider.editTemplate(sender, id, body);
  if (!("failure" in edited)) return;
  if (edited.failure.class === "unknown") await store.pollTemplatesIn(sender.wabaId, 0);
  else if (isCounted) await store.uncountTemplateChange(sender.wabaId, id, token);
  throw providerProblem(edited.failure);
}

/** What the provider makes of it: whether it is under review again is not documented. */
async function lookAgain(
  { store, provider, clock }: Deps,
  sender: Sender,
  kept: KeptTemplate & { readonly known: TemplateDefinition },
) {
  const askedMs = clock.nowMs();
  const listed = await collectTemplates(provider.listTemplates(sender, { name: kept.name }));
  const after =
    "ok" in listed
      ? listed.ok.find(({ name, language }) => name === kept.name && language === kept.language)
      : undefined;
  if (!after) {
    await store.pollTemplatesIn(sender.wabaId, 0); // the next list tells
    return templateView(kept.known, kept.saidAtMs);
  }
  const change = { name: after.name, language: after.language, definition: JSON.stringify(after) };
  await store.changeTemplate(sender.wabaId, change, askedMs, kept);
  return templateView(after, askedMs);
}
