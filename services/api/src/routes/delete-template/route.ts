// DELETE /v1/senders/:id/templates/:name, and …/:language: a template in all its languages, or in one.

import { collectTemplates } from "@tern/dialog360";
import type { Sender } from "@tern/runtime";
import { z } from "zod";
import type { Endpoint, EndpointDeps } from "../../endpoint.ts";
import { senderFor, senderIdPath } from "../../find-sender.ts";
import { callerOf, sendJson } from "../../http.ts";
import { changedField } from "../../operated.ts";
import { problemResponses, requestIdHeader } from "../../problem-responses.ts";
import { providerProblem } from "../../provider-problem.ts";
import {
  keptTemplates,
  nothingThere,
  templateLanguagePath,
  templateNamed,
  templateNamePath,
} from "../../template-view.ts";

export const deletedTemplateSchema = z
  .strictObject({
    changed: changedField,
    name: z.string(),
    languages: z.array(z.string()).meta({ description: "Those that were known here and are gone now." }),
  })
  .meta({ id: "DeletedTemplate" });

function endpointOf(of: "name" | "language"): Endpoint {
  const isWhole = of === "name";
  return {
    method: "delete",
    path: isWhole ? "/v1/senders/:id/templates/:name" : "/v1/senders/:id/templates/:name/:language",
    scopes: ["templates:write"],
    operation: {
      operationId: isWhole ? "deleteTemplate" : "deleteTemplateLanguage",
      tags: ["Templates"],
      summary: isWhole ? "Delete a template in all its languages" : "Delete one language of a template",
      description:
        "Messages with it that wait are refused by the provider. An approved template's name stays taken for 30 days; a " +
        "disabled template cannot be deleted. Repeating it is harmless.",
      requestParams: {
        path: senderIdPath.extend(isWhole ? templateNamePath : { ...templateNamePath, ...templateLanguagePath }),
      },
      responses: {
        "200": {
          description: "It is not there, now or before.",
          headers: requestIdHeader,
          content: {
            "application/json": {
              schema: deletedTemplateSchema,
              example: { changed: true, name: "order_update", languages: ["en_US"] },
            },
          },
        },
        ...problemResponses("not-found", "provider-refused", "provider-failed"),
      },
    },
    createHandler: (deps) => async (request, response) => {
      const { store, deployment, templates } = deps;
      const caller = callerOf(response);
      const sender = senderFor(caller, deployment(), request.params.id ?? "");
      const { name, language } = templateNamed(request.params);
      const known = await knownOf(deps, sender, name, isWhole ? null : language);
      // The provider deletes one language by its id only.
      const id = isWhole ? null : (known[0]?.id ?? null);
      if (!isWhole && id === null && !(await isRead(deps, sender))) {
        throw nothingThere("No such template is known here yet: POST …/template-sync reads the provider's list.");
      }
      const isGone = isWhole || id !== null ? await remove(deps, sender, { name, id }) : false;

      for (const one of known) {
        const change = { name, language: one.language, definition: null };
        await store.changeTemplate(sender.wabaId, change, deps.clock.nowMs(), one);
      }
      if (known.length > 0) await templates.refresh(sender);
      const what = isWhole ? name : `${name} (${language})`;
      if (isGone) await store.audit(sender.id, caller.id, `template deleted: ${what}`);
      sendJson(response, 200, { changed: isGone, name, languages: known.map((one) => one.language) });
    },
  };
}

type Deps = Pick<EndpointDeps, "store" | "provider" | "clock">;

async function knownOf({ store }: Deps, sender: Sender, name: string, language: string | null) {
  const kept = await store.readTemplates(sender.wabaId);
  return keptTemplates(kept?.entries ?? [])
    .map(({ definition, saidAtMs }) => ({ ...definition, saidAtMs }))
    .filter((one) => one.name === name && (language === null || one.language === language));
}

async function isRead({ store }: Deps, sender: Sender): Promise<boolean> {
  return (await store.readTemplateSummary(sender.wabaId)).syncedAtMs !== null;
}

/** Whether it was there until now. A refusal is looked into: what is not there any more is deleted. */
async function remove(
  { provider }: Deps,
  sender: Sender,
  { name, id }: { name: string; id: string | null },
): Promise<boolean> {
  const deleted = await provider.deleteTemplate(sender, id === null ? { name } : { name, id });
  if (!("failure" in deleted)) return true;
  if (deleted.failure.class !== "rejected") throw providerProblem(deleted.failure);
  const listed = await collectTemplates(provider.listTemplates(sender, { name }));
  const isThere = "failure" in listed || listed.ok.some((one) => one.name === name && (id === null || one.id === id));
  if (isThere) throw providerProblem(deleted.failure);
  return false;
}

export const deleteTemplate: readonly Endpoint[] = [endpointOf("name"), endpointOf("language")];
