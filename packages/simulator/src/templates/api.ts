// Templates over the provider's API, in both families of paths: Meta's /message_templates and 360dialog's older
// /v1/configs/templates (360dialog "messaging-api/api-reference/templates", Meta "templates/template-management").
import type { Request, Response, Router } from "express";
import type { TemplateOptions } from "../admin-types.ts";
import { missing, wrong } from "../complaint.ts";
import type { NumberState } from "../number.ts";
import { answerError, type CallContext, forManagement, pageOf } from "../provider/handler.ts";
import type { World } from "../world.ts";
import { createTemplate, deleteTemplates, editTemplate, unpauseTemplate } from "./management.ts";
import { optionsAt, type Registered } from "./registry.ts";

const PER_PAGE = 25;
const CONFIGS_PER_PAGE = 1000;
const templateId = /^\/(\d{1,32})$/;

export function addTemplateRoutes(router: Router, world: World): void {
  router.get("/message_templates", forManagement(world, getTemplates));
  router.post("/message_templates", forManagement(world, post));
  router.delete("/message_templates", forManagement(world, remove));
  router.get("/v1/configs/templates", forManagement(world, getConfigs));
  router.post("/v1/configs/templates", forManagement(world, post));
  router.delete("/v1/configs/templates/:name", forManagement(world, remove));
  router.get(templateId, (request, response, next) => {
    const { templates } = response.locals.number as NumberState;
    const template = templates.withId(String(request.params[0]));
    if (template) response.json(toMetaTemplate(template, world.clock.nowMs()));
    else next(); // the id may be a medium's
  });
  router.post("/:id/unpause", forManagement(world, unpause));
  router.post(templateId, forManagement(world, edit));
}

/** Filters `name` (part of it), `status`, `category`, `language`; paging by `limit`, `after`, `before`. */
function getTemplates({ number, nowMs }: CallContext, { query }: Request, response: Response): void {
  const matching = number.templates.all().filter((template) => matches(template, query, nowMs));
  const { page, limit, cursors, hasMore } = pageOf(matching, query, PER_PAGE);
  const fields = typeof query.fields === "string" ? query.fields.split(",") : null;
  response.json({
    data: page.map((template) => pick(toMetaTemplate(template, nowMs), fields)),
    paging: { cursors, ...(hasMore && { next: `/message_templates?${nextQuery(query, limit, cursors.after)}` }) },
  });
}

function matches(template: Registered, query: Request["query"], nowMs: number): boolean {
  const { name, status, category, language } = optionsAt(template, nowMs);
  return (
    (!query.name || name.includes(String(query.name))) &&
    (!query.status || String(query.status) === status) &&
    (!query.category || String(query.category) === category) &&
    (!query.language || String(query.language) === language)
  );
}

function nextQuery({ before: _, after: __, ...query }: Request["query"], limit: number, after: string): string {
  return String(new URLSearchParams({ ...(query as Record<string, string>), limit: String(limit), after }));
}

function pick(template: ReturnType<typeof toMetaTemplate>, fields: string[] | null) {
  if (fields === null) return template;
  return Object.fromEntries(Object.entries(template).filter(([key]) => key === "id" || fields.includes(key)));
}

/** 360dialog's own shape: offset and limit, and a total. */
function getConfigs({ number, nowMs }: CallContext, { query }: Request, response: Response): void {
  const all = number.templates.all();
  const offset = Math.max(0, Number(query.offset ?? 0) || 0);
  const limit = Math.max(1, Number(query.limit ?? CONFIGS_PER_PAGE) || CONFIGS_PER_PAGE);
  const page = all.slice(offset, offset + limit).map((template) => toMetaTemplate(template, nowMs));
  response.json({
    count: page.length,
    filters: {},
    limit,
    offset,
    sort: ["id"],
    total: all.length,
    waba_templates: page,
  });
}

function post({ world, number }: CallContext, { body }: Request, response: Response): void {
  const created = createTemplate(world, number, body);
  if ("code" in created) answerError(world, response, created);
  else response.json({ id: created.id, status: created.options.status, category: created.options.category });
}

function remove({ world, number }: CallContext, { params, query }: Request, response: Response): void {
  const name = params.name ?? query.name;
  const id = query.hsm_id === undefined ? null : String(query.hsm_id);
  const complaint = name === undefined ? missing("name") : deleteTemplates(world, number, { name: String(name), id });
  if (complaint) answerError(world, response, complaint);
  else response.json({ success: true });
}

function edit({ world, number }: CallContext, { params, body }: Request, response: Response): void {
  const template = number.templates.withId(String(params[0]));
  const complaint = template ? editTemplate(world, number, template, body) : wrong(100, "The template does not exist");
  if (complaint) answerError(world, response, complaint);
  else response.json({ success: true });
}

function unpause({ world, number }: CallContext, { params }: Request, response: Response): void {
  const template = number.templates.withId(String(params.id));
  const complaint = template ? unpauseTemplate(world, number, template) : wrong(100, "The template does not exist");
  if (complaint) answerError(world, response, complaint);
  else response.json({ success: true });
}

function toMetaTemplate(template: Registered, nowMs: number) {
  const options = optionsAt(template, nowMs);
  const { name, language, status, category, quality, rejectedReason, messageSendTtlSeconds, bidSpec } = options;
  return {
    id: template.id,
    name,
    language,
    status,
    category,
    parameter_format: options.parameterFormat ?? "POSITIONAL",
    components: options.components ?? countedComponents(options),
    quality_score: { score: quality ?? "UNKNOWN" },
    ...(rejectedReason !== undefined && { rejected_reason: rejectedReason }),
    ...(messageSendTtlSeconds !== undefined && { message_send_ttl_seconds: messageSendTtlSeconds }),
    ...(bidSpec !== undefined && { bid_spec: bidSpec }),
  };
}

/** A definition that takes as many parameters as were said. */
function countedComponents({ bodyParamsCount = 0, headerParamsCount = 0 }: TemplateOptions) {
  const placeholders = (count: number) => Array.from({ length: count }, (_, at) => `{{${at + 1}}}`).join(" ");
  return [
    ...(headerParamsCount > 0 ? [{ type: "HEADER", format: "TEXT", text: placeholders(headerParamsCount) }] : []),
    { type: "BODY", text: `Simulated ${placeholders(bodyParamsCount)}` },
  ];
}
