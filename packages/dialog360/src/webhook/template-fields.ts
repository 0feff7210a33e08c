// The fields about templates. Source: docs/sources.md, webhook bodies.

import { asObject, type JsonObject } from "../read.ts";
import type { TemplateRef } from "./field-items.ts";
import { type FieldReader, oneOf } from "./field-origin.ts";
import { idOf, objectsOf, textOf, timeMsOf, wordOf } from "./fields.ts";

/** Null when the value says neither which template by its id nor by its name. */
function templateOf(value: JsonObject): TemplateRef | null {
  const id = idOf(value.message_template_id);
  const name = idOf(value.message_template_name);
  return id === null && name === null ? null : { id, name, language: wordOf(value.message_template_language) };
}

export const readTemplateStatus: FieldReader = (value, origin) => {
  const template = templateOf(value);
  const event = wordOf(value.event);
  // A sample of the quality update prints the name of this field.
  if (event === null) return readTemplateQuality(value, origin);
  if (template === null) return [];
  const [more, rejection] = [asObject(value.other_info), asObject(value.rejection_info)];
  return oneOf(value, (json) => ({
    kind: "template-status",
    ...origin,
    template,
    event,
    category: wordOf(value.message_template_category),
    reason: textOf(value.reason),
    disableAtMs: timeMsOf(asObject(value.disable_info)?.disable_date),
    pause: wordOf(more?.title),
    details: textOf(more?.description) ?? textOf(rejection?.reason),
    recommendation: textOf(rejection?.recommendation),
    json,
  }));
};

export const readTemplateQuality: FieldReader = (value, origin) => {
  const template = templateOf(value);
  const newScore = wordOf(value.new_quality_score);
  if (template === null || newScore === null) return [];
  const previousScore = wordOf(value.previous_quality_score);
  return oneOf(value, (json) => ({ kind: "template-quality", ...origin, template, previousScore, newScore, json }));
};

export const readTemplateCategory: FieldReader = (value, origin) => {
  const template = templateOf(value);
  const newCategory = wordOf(value.new_category);
  const correctCategory = wordOf(value.correct_category);
  if (template === null || (newCategory === null && correctCategory === null)) return [];
  return oneOf(value, (json) => ({
    kind: "template-category",
    ...origin,
    template,
    isImpending: correctCategory !== null,
    previousCategory: wordOf(value.previous_category),
    newCategory,
    correctCategory,
    changesAtMs: timeMsOf(value.category_update_timestamp),
    json,
  }));
};

export const readTemplateComponents: FieldReader = (value, origin) => {
  const template = templateOf(value);
  if (template === null) return [];
  return oneOf(value, (json) => ({
    kind: "template-components",
    ...origin,
    template,
    body: textOf(value.message_template_element),
    header: textOf(value.message_template_title),
    footer: textOf(value.message_template_footer),
    buttons: objectsOf(value.message_template_buttons).map((button) => ({
      type: wordOf(button.message_template_button_type),
      text: textOf(button.message_template_button_text),
      url: textOf(button.message_template_button_url),
      phone: wordOf(button.message_template_button_phone_number),
    })),
    json,
  }));
};
