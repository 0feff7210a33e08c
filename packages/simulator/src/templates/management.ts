// What happens to templates: created, reviewed, edited, deleted, paused, with the limits the platform sets and the
// webhooks that follow (Meta "templates/overview", "template-management", "template-pausing", read 2026-09). The
// documents name no codes for a name that is taken, an edit too soon or a creation too many in an hour: 100 and 80007.
import { sendAccountEvent } from "../account-events.ts";
import type { TemplateChange, TemplateOptions } from "../admin-types.ts";
import { type Complaint, wrong } from "../complaint.ts";
import type { NumberState } from "../number.ts";
import type { World } from "../world.ts";
import { readCreation, readEdit } from "./creation.ts";
import { type Registered, statusAt } from "./registry.ts";

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;
const CREATIONS_PER_HOUR = 100;
const NAME_RESERVED_MS = 30 * DAY_MS;
const EDITS_PER_DAY = 1;
const EDITS_PER_30_DAYS = 10;
const SYNC_MS = 10 * 60 * 1000; // of the marketing messages API, after a creation or a long idleness
const pauseTitles = ["FIRST_PAUSE", "SECOND_PAUSE"];
const pauseMs = [3 * HOUR_MS, 6 * HOUR_MS];

/** Creates a template, still to be reviewed; or says why not. */
export function createTemplate(world: World, number: NumberState, body: unknown): Registered | Complaint {
  const nowMs = world.clock.nowMs();
  const options = readCreation(body);
  if ("code" in options) return options;
  const { waba, templates } = number;
  const complaint = checkRoom(number, options, nowMs);
  if (complaint) return complaint;
  waba.createdAtMs.push(nowMs);
  const created = templates.add(options);
  created.syncedAtMs = nowMs + SYNC_MS;
  reviewLater(world, number, created);
  return created;
}

function checkRoom(
  { waba, templates, options }: NumberState,
  wanted: TemplateOptions,
  nowMs: number,
): Complaint | null {
  waba.createdAtMs = waba.createdAtMs.filter((atMs) => atMs > nowMs - HOUR_MS);
  if (waba.createdAtMs.length >= CREATIONS_PER_HOUR) {
    return wrong(80007, `More than ${CREATIONS_PER_HOUR} templates were created within an hour`);
  }
  if (templates.all().length >= options.templatesMax) {
    return wrong(2388019, `The account has reached its limit of ${options.templatesMax} templates`);
  }
  if (templates.find(wanted)) {
    return wrong(100, `There is already a template ${wanted.name} in ${wanted.language}`);
  }
  return (waba.reservedUntilMs.get(wanted.name) ?? 0) > nowMs
    ? wrong(100, `The name ${wanted.name} belonged to a deleted template and is reserved for 30 days`)
    : null;
}

function reviewLater(world: World, number: NumberState, template: Registered): void {
  const { afterMs, decision, reason } = number.options.templateReview;
  if (afterMs === null) return;
  world.later(world.clock.nowMs() + afterMs, () => {
    if (template.options.status !== "PENDING") return; // decided by hand, or deleted
    number.templates.change(template, {
      status: decision,
      ...(decision === "REJECTED" && { rejectedReason: reason ?? "INVALID_FORMAT" }),
    });
    sendStatus(world, number, template, { event: decision, reason: template.options.rejectedReason ?? "NONE" });
  });
}

/** Replaces what an edit names; returns null, or why it may not. */
export function editTemplate(world: World, number: NumberState, template: Registered, body: unknown): Complaint | null {
  const nowMs = world.clock.nowMs();
  const status = statusAt(template, nowMs);
  if (!["APPROVED", "REJECTED", "PAUSED"].includes(status)) {
    return wrong(100, `A template that is ${status} cannot be edited`);
  }
  const fields = readEdit(body, template.options);
  if ("code" in fields && "details" in fields) return fields as Complaint;
  if (status === "APPROVED") {
    const complaint = checkEdit(template, fields, nowMs);
    if (complaint) return complaint;
    template.editedAtMs.push(nowMs);
  }
  template.approvedAtMs = Number.POSITIVE_INFINITY;
  number.templates.change(template, { ...fields, status: "PENDING" });
  reviewLater(world, number, template);
  return null;
}

function checkEdit(template: Registered, { category }: Partial<TemplateOptions>, nowMs: number): Complaint | null {
  if (category !== undefined && category !== template.options.category) {
    return wrong(100, "The category of an approved template cannot be edited");
  }
  const within = (ms: number) => template.editedAtMs.filter((atMs) => atMs > nowMs - ms).length;
  if (within(DAY_MS) >= EDITS_PER_DAY) return wrong(100, "An approved template can be edited once within 24 hours");
  return within(30 * DAY_MS) >= EDITS_PER_30_DAYS
    ? wrong(100, "An approved template can be edited ten times within 30 days")
    : null;
}

/** Deletes a template in all its languages, or with an id in one; returns null, or why it may not. */
export function deleteTemplates(
  world: World,
  number: NumberState,
  { name, id }: { name: string; id: string | null },
): Complaint | null {
  const nowMs = world.clock.nowMs();
  const found = number.templates
    .all()
    .filter((template) => template.options.name === name && (id === null || template.id === id));
  if (found.length === 0) return wrong(100, `There is no template ${name}`);
  if (found.some((template) => statusAt(template, nowMs) === "DISABLED")) {
    return wrong(100, "A disabled template cannot be deleted");
  }
  for (const template of found) {
    if (statusAt(template, nowMs) === "APPROVED") number.waba.reservedUntilMs.set(name, nowMs + NAME_RESERVED_MS);
    number.templates.remove(template);
    number.templates.change(template, { status: "DELETED" });
    sendStatus(world, number, template, { event: "DELETED", reason: "NONE" });
  }
  return null;
}

/** Ends a pause by hand. */
export function unpauseTemplate(world: World, number: NumberState, template: Registered): Complaint | null {
  if (statusAt(template, world.clock.nowMs()) !== "PAUSED") return wrong(100, "The template is not paused");
  endPause(world, number, template);
  return null;
}

function endPause(world: World, number: NumberState, template: Registered): void {
  const { pausedForMs: _, ...rest } = template.options;
  template.options = rest;
  template.approvedAtMs = Number.POSITIVE_INFINITY;
  number.templates.change(template, { status: "APPROVED" });
  sendStatus(world, number, template, { event: "APPROVED", reason: "NONE", title: "UNPAUSE" });
}

/** Makes of a template what the platform would (PATCH /_sim/templates), with the webhooks that tell of it. */
export function changeTemplate(world: World, number: NumberState, template: Registered, change: TemplateChange): void {
  const { quality, category, correctCategory, components } = change;
  const before = template.options;
  if (change.status !== undefined) changeStatus(world, number, template, change);
  if (quality !== undefined) {
    number.templates.change(template, { quality });
    send(world, number, template, "message_template_quality_update", {
      previous_quality_score: before.quality ?? "UNKNOWN",
      new_quality_score: quality,
    });
  }
  if (correctCategory !== undefined) {
    send(world, number, template, "template_category_update", {
      correct_category: correctCategory,
      new_category: before.category,
      category_update_timestamp: Math.floor((world.clock.nowMs() + DAY_MS) / 1000),
    });
  }
  if (category !== undefined) {
    number.templates.change(template, { category });
    send(world, number, template, "template_category_update", {
      previous_category: before.category,
      new_category: category,
    });
  }
  if (components !== undefined) {
    number.templates.change(template, { components });
    const textOf = (type: string) => components.find((component) => component.type === type)?.text;
    send(world, number, template, "message_template_components_update", {
      message_template_element: textOf("BODY"),
      message_template_title: textOf("HEADER"),
      message_template_footer: textOf("FOOTER"),
    });
  }
  if (change.marketingUnavailable !== undefined) {
    number.templates.change(template, { marketingUnavailable: change.marketingUnavailable });
  }
}

function changeStatus(
  world: World,
  number: NumberState,
  template: Registered,
  { status = "APPROVED", reason = "NONE", pausedForMs, isPaced }: TemplateChange,
): void {
  template.approvedAtMs = Number.POSITIVE_INFINITY;
  if (status === "PAUSED" && !isPaced) pauseForQuality(world, number, template, pausedForMs);
  else {
    number.templates.change(template, { status });
    const title = status === "DISABLED" ? "DISABLED" : isPaced ? "RATE_LIMITING_PAUSE" : undefined;
    sendStatus(world, number, template, { event: status, reason, ...(title && { title }) });
  }
}

/** The first pause lasts 3 h, the second 6 h, the third disables; one with a length of its own lasts that. */
function pauseForQuality(world: World, number: NumberState, template: Registered, forMs: number | undefined): void {
  const nowMs = world.clock.nowMs();
  const title = pauseTitles[template.pausesCount];
  const lastsMs = forMs ?? pauseMs[template.pausesCount] ?? 0;
  template.pausesCount += 1;
  if (title === undefined) {
    number.templates.change(template, { status: "DISABLED" });
    sendStatus(world, number, template, { event: "DISABLED", reason: "NONE", title: "DISABLED" });
    return;
  }
  number.templates.change(template, { status: "PAUSED", pausedForMs: lastsMs });
  const endsAtMs = nowMs + lastsMs;
  template.approvedAtMs = endsAtMs;
  sendStatus(world, number, template, { event: "PAUSED", reason: "NONE", title });
  world.scheduler.at(endsAtMs, () => {
    if (template.approvedAtMs === endsAtMs) endPause(world, number, template);
  });
}

function sendStatus(
  world: World,
  number: NumberState,
  template: Registered,
  { event, reason, title }: { event: string; reason: string; title?: string },
): void {
  const nowS = Math.floor(world.clock.nowMs() / 1000);
  send(world, number, template, "message_template_status_update", {
    event,
    reason,
    message_template_category: template.options.category,
    ...(event === "DISABLED" && { disable_info: { disable_date: nowS } }),
    ...(title !== undefined && { other_info: { title, description: "Simulated" } }),
    ...(event === "REJECTED" && { rejection_info: { reason, recommendation: "Simulated" } }),
  });
}

function send(world: World, number: NumberState, { id, options }: Registered, field: string, value: object): void {
  sendAccountEvent(world, number, field, {
    ...value,
    message_template_id: Number(id),
    message_template_name: options.name,
    message_template_language: options.language,
  });
}
