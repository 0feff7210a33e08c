// The templates of one number. An empty registry accepts every template; once one is registered the platform's rules
// hold: unknown or not approved 132001, paused 132015, disabled 132016, wrong number of parameters 132000.
import type { TemplateOptions } from "./admin-types.ts";
import { type Complaint, wrong } from "./complaint.ts";
import type { TemplateUse } from "./template-request.ts";

export interface TemplateRegistry {
  replaceAll(templates: TemplateOptions[]): void;
  list(): TemplateOptions[];
  find(use: TemplateUse): TemplateOptions | null;
  check(use: TemplateUse): Complaint | null;
}

export function createTemplateRegistry(): TemplateRegistry {
  let templates = new Map<string, TemplateOptions>();
  const find = (use: TemplateUse) =>
    templates.size === 0 ? null : (templates.get(`${use.language}/${use.name}`) ?? null);

  return {
    replaceAll(list) {
      templates = new Map(list.map((template) => [`${template.language}/${template.name}`, template]));
    },
    list: () => [...templates.values()],
    find,
    check(use) {
      return templates.size === 0 ? null : checkRegistered(find(use), use);
    },
  };
}

function checkRegistered(template: TemplateOptions | null, use: TemplateUse): Complaint | null {
  if (template?.status === "PAUSED")
    return wrong(132015, "Template is paused due to low quality so it cannot be sent.");
  if (template?.status === "DISABLED") return wrong(132016, "Template is permanently disabled.");
  if (template === null || template.status !== "APPROVED") {
    return wrong(132001, `template name (${use.name}) does not exist in ${use.language}`);
  }
  return (
    checkCount("body", use.bodyParamsCount, template.bodyParamsCount) ??
    checkCount("header", use.headerParamsCount, template.headerParamsCount ?? 0)
  );
}

function checkCount(component: string, given: number, expected: number): Complaint | null {
  if (given === expected) return null;
  return wrong(
    132000,
    `${component}: number of localizable_params (${given}) does not match the expected number of params (${expected})`,
  );
}
