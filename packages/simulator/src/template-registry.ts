// The templates of one number. An empty registry accepts every template; once one is registered the platform's rules
// hold: unknown or not approved 132001, paused 132015, disabled 132016, wrong number of parameters 132000. A pause may
// end by itself (Meta "template pausing": 3 h, then 6 h, then disabled for good).
import type { TemplateOptions } from "./admin-types.ts";
import { type Complaint, wrong } from "./complaint.ts";
import type { TemplateUse } from "./template-request.ts";

export interface TemplateRegistry {
  /** Pauses with an end count from `nowMs`. */
  replaceAll(templates: TemplateOptions[], nowMs: number): void;
  /** With the status each has at `nowMs`. */
  list(nowMs: number): TemplateOptions[];
  /** What was registered; a pause named there may be over. */
  find(use: TemplateUse): TemplateOptions | null;
  check(use: TemplateUse, nowMs: number): Complaint | null;
}

interface Registered {
  options: TemplateOptions;
  /** From when on it is approved by itself. */
  approvedAtMs: number;
}

export function createTemplateRegistry(): TemplateRegistry {
  let templates = new Map<string, Registered>();
  const find = (use: TemplateUse) => templates.get(`${use.language}/${use.name}`) ?? null;

  return {
    replaceAll(list, nowMs) {
      templates = new Map(
        list.map((options) => [
          `${options.language}/${options.name}`,
          { options, approvedAtMs: nowMs + (options.pausedForMs ?? Number.POSITIVE_INFINITY) },
        ]),
      );
    },
    list: (nowMs) => [...templates.values()].map((registered) => optionsAt(registered, nowMs)),
    find: (use) => (templates.size === 0 ? null : (find(use)?.options ?? null)),
    check(use, nowMs) {
      if (templates.size === 0) return null;
      const registered = find(use);
      return checkRegistered(registered && optionsAt(registered, nowMs), use);
    },
  };
}

function optionsAt({ options, approvedAtMs }: Registered, nowMs: number): TemplateOptions {
  if (nowMs < approvedAtMs) return options;
  const { pausedForMs: _, ...rest } = options;
  return { ...rest, status: "APPROVED" };
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
