// Templates at the provider, in the Cloud API's own words: definitions go in and come out as they are, for it is the
// provider who judges them. Source: docs/sources.md, templates.

import { type ProviderAccount, type Route, routeOf } from "../profiles.ts";
import { asArray, asObject, asText, type JsonObject } from "../read.ts";
import { type CallDeps, call } from "./call.ts";
import { type CallKind, type ManagementResult, refused, unexpectedAnswer, unsupported } from "./result.ts";

export interface TemplateDeps extends CallDeps {
  readonly callTimeoutMs: number;
}

/** A template in one language. Words are the provider's: "APPROVED", "MARKETING", "GREEN". */
export interface ProviderTemplate {
  readonly id: string;
  readonly name: string;
  /** Such as "en_US". */
  readonly language: string;
  readonly status: string;
  readonly category: string;
  /** GREEN, YELLOW, RED or UNKNOWN; null when not said. */
  readonly quality: string | null;
  /** POSITIONAL unless said otherwise. */
  readonly parameterFormat: string;
  /** HEADER, BODY, FOOTER, BUTTONS and so on, in the Cloud API's shape. */
  readonly components: readonly JsonObject[];
  readonly rejectedReason: string | null;
}

export interface TemplateFilter {
  /** Part of the name. */
  readonly name?: string;
  readonly status?: string;
}

/** What is known of a template that was just created; the provider's verdict comes later, by webhook or by looking. */
export interface CreatedTemplate {
  readonly id: string;
  readonly status: string;
  /** May differ from the one asked for. */
  readonly category: string | null;
}

const FIELDS = "id,name,language,status,category,quality_score,parameter_format,components,rejected_reason";
const PAGE_SIZE = 100;
/** An account has at most 6,000 (docs/sources.md, templates): far more pages than that are a provider gone wrong. */
const PAGES_MAX = 1_000;
const LOOK: CallKind = { changes: false };
const CHANGE: CallKind = { changes: true, names: "template" };
const NO_TEMPLATES = unsupported("templates to manage");
const NOT_AN_ID = refused("a template id consists of digits", "Use the id that the list of templates shows.");
const ID = /^\d{1,64}$/;

/**
 * All templates of the sender's account, page by page.
 *
 * yields    a page of those that could be read, or a failure, which is the last thing it yields
 */
export async function* listTemplates(
  account: ProviderAccount,
  filter: TemplateFilter,
  deps: TemplateDeps,
): AsyncGenerator<ManagementResult<readonly ProviderTemplate[]>, void, undefined> {
  const route = routeOf(account, "templates");
  if (route === null) return yield { failure: NO_TEMPLATES };
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = { fields: FIELDS, limit: String(PAGE_SIZE), ...filter, after };
    const answer = await call({ route, method: "GET", query, kind: LOOK, timeoutMs: deps.callTimeoutMs }, deps);
    if ("failure" in answer) return yield answer;
    const data = asArray(answer.ok.data);
    if (data === undefined) return yield { failure: unexpectedAnswer(200) };
    yield { ok: data.map(readTemplate).filter((template) => template !== null) };
    const next = nextCursor(answer.ok);
    if (next === undefined || next === after) return;
    after = next;
  }
}

/** body   the Cloud API's: {name, category, language, components, …} */
export async function createTemplate(
  account: ProviderAccount,
  body: JsonObject,
  deps: TemplateDeps,
): Promise<ManagementResult<CreatedTemplate>> {
  const route = routeOf(account, "templates");
  if (route === null) return { failure: NO_TEMPLATES };
  const answer = await post(route, body, deps);
  if ("failure" in answer) return answer;
  const id = asText(answer.ok.id, 256);
  if (id === undefined) return { failure: unexpectedAnswer(200) };
  const { status, category } = answer.ok;
  return { ok: { id, status: asText(status, 64) ?? "PENDING", category: asText(category, 64) ?? null } };
}

/** Replaces a template's components, or its category. An approved one may be edited once a day and ten times a month. */
export async function editTemplate(
  account: ProviderAccount,
  templateId: string,
  body: JsonObject,
  deps: TemplateDeps,
): Promise<ManagementResult<null>> {
  const route = routeOf(account, "template", templateId);
  if (route === null) return { failure: NO_TEMPLATES };
  if (!ID.test(templateId)) return { failure: NOT_AN_ID };
  const answer = await post(route, body, deps);
  return "failure" in answer ? answer : { ok: null };
}

/** Deletes a template in all its languages, or, with `id`, the one of that id. Its name stays taken for 30 days. */
export async function deleteTemplate(
  account: ProviderAccount,
  { name, id }: { readonly name: string; readonly id?: string },
  deps: TemplateDeps,
): Promise<ManagementResult<null>> {
  const route = routeOf(account, "templates");
  if (route === null) return { failure: NO_TEMPLATES };
  if (id !== undefined && !ID.test(id)) return { failure: NOT_AN_ID };
  const query = { name, hsm_id: id };
  const answer = await call({ route, method: "DELETE", query, kind: CHANGE, timeoutMs: deps.callTimeoutMs }, deps);
  return "failure" in answer ? answer : { ok: null };
}

function post(route: Route, body: JsonObject, deps: TemplateDeps): Promise<ManagementResult<JsonObject>> {
  const text = JSON.stringify(body);
  return call({ route, method: "POST", body: text, kind: CHANGE, timeoutMs: deps.callTimeoutMs }, deps);
}

/** One that has no name or language cannot be sent by anybody: it is left out. */
function readTemplate(value: unknown): ProviderTemplate | null {
  const template = asObject(value);
  const id = asText(template?.id, 256);
  const name = asText(template?.name, 512);
  const language = asText(template?.language, 64);
  if (template === undefined || id === undefined || name === undefined || language === undefined) return null;
  const quality = asObject(template.quality_score)?.score ?? template.quality_score;
  const rejected = word(template.rejected_reason);
  return {
    id,
    name,
    language,
    status: word(template.status) ?? "UNKNOWN",
    category: word(template.category) ?? "UNKNOWN",
    quality: word(quality),
    parameterFormat: word(template.parameter_format) ?? "POSITIONAL",
    components: (asArray(template.components) ?? []).map(asObject).filter((component) => component !== undefined),
    rejectedReason: rejected === "NONE" ? null : rejected,
  };
}

function word(value: unknown): string | null {
  return typeof value === "string" ? (asText(value, 256)?.toUpperCase() ?? null) : null;
}

/** Undefined on the last page: it has a cursor, too, but no `next`. */
function nextCursor(answer: JsonObject): string | undefined {
  const paging = asObject(answer.paging);
  return paging?.next === undefined ? undefined : asText(asObject(paging.cursors)?.after, 4_096);
}
