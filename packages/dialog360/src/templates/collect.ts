// All templates of an account, gathered from the pages that the provider lists them in.

import type { ManagementResult } from "../management/result.ts";
import type { ProviderTemplate } from "../management/templates.ts";
import { definitionOf, type TemplateDefinition } from "./definition.ts";

/** Those with a usable name and language; a failure if any page failed, for a list with gaps would take templates away. */
export async function collectTemplates(
  pages: AsyncIterable<ManagementResult<readonly ProviderTemplate[]>>,
): Promise<ManagementResult<readonly TemplateDefinition[]>> {
  const definitions: TemplateDefinition[] = [];
  for await (const page of pages) {
    if ("failure" in page) return page;
    definitions.push(...page.ok.map(definitionOf).filter((definition) => definition !== null));
  }
  return { ok: definitions };
}
