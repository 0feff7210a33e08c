import { describe, expect, test } from "@jest/globals";
import { itemsOfFixture, valueOfFixture, WABA } from "./testing/bodies.ts";

const ofField = (field: string) => ({
  field,
  phoneNumberId: null,
  wabaId: WABA,
  atMs: 1_750_030_073_000,
  json: expect.any(String),
});
const template = { id: "1689556908129832", name: "order_update", language: "en_US" };
const status = {
  kind: "template-status",
  ...ofField("message_template_status_update"),
  template,
  category: null,
  reason: null,
  disableAtMs: null,
  pause: null,
  details: null,
  recommendation: null,
};

describe("a template's event", () => {
  test.each([
    [
      "template-paused",
      { ...status, event: "PAUSED", reason: "NONE", pause: "FIRST_PAUSE", details: "Paused for 3 hours." },
    ],
    [
      "template-rejected",
      {
        ...status,
        event: "REJECTED",
        category: "MARKETING",
        reason: "INVALID_FORMAT",
        details: "Placeholders are not in order.",
        recommendation: "Number them from 1.",
      },
    ],
    [
      "template-disabled",
      {
        ...status,
        event: "DISABLED",
        disableAtMs: 1_750_116_473_000,
        pause: "DISABLED",
        details: "Disabled after the third pause.",
      },
    ],
    [
      "template-status-of-the-future",
      { ...status, event: "ENSHRINED", template: { id: null, name: "order_update", language: null } },
    ],
    ["template-status-of-no-template", { kind: "other", ...ofField("message_template_status_update") }],
    [
      "template-quality",
      {
        kind: "template-quality",
        ...ofField("message_template_quality_update"),
        template,
        previousScore: "GREEN",
        newScore: "YELLOW",
      },
    ],
    [
      "template-quality-under-the-status-field",
      {
        kind: "template-quality",
        ...ofField("message_template_status_update"),
        template,
        previousScore: "UNKNOWN",
        newScore: "RED",
      },
    ],
    [
      "template-category-impending",
      {
        kind: "template-category",
        ...ofField("template_category_update"),
        template,
        isImpending: true,
        previousCategory: null,
        newCategory: "UTILITY",
        correctCategory: "MARKETING",
        changesAtMs: 1_750_116_473_000,
      },
    ],
    [
      "template-category-done",
      {
        kind: "template-category",
        ...ofField("template_category_update"),
        template,
        isImpending: false,
        previousCategory: "UTILITY",
        newCategory: "MARKETING",
        correctCategory: null,
        changesAtMs: null,
      },
    ],
    [
      "template-components",
      {
        kind: "template-components",
        ...ofField("message_template_components_update"),
        template,
        body: "Thank you, {{1}}!",
        header: "Confirmed",
        footer: "Lucky Shrub",
        buttons: [
          { type: "URL", text: "Support", url: "https://example.com/support", phone: null },
          { type: "PHONE_NUMBER", text: "Call", url: null, phone: "+15550783881" },
        ],
      },
    ],
  ])("is read from %s, with its JSON beside it", (name, expected) => {
    const [item, ...more] = itemsOfFixture(name);

    expect(item).toEqual(expected);
    expect(item && "json" in item && JSON.parse(item.json)).toEqual(valueOfFixture(name));
    expect(more).toEqual([]);
  });
});
