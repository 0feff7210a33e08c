import { describe, expect, test } from "@jest/globals";
import { tierOf } from "./account-fields.ts";
import { envelope, itemsOf, itemsOfFixture, valueOfFixture, WABA } from "./testing/bodies.ts";

const ofField = (field: string) => ({
  field,
  phoneNumberId: null,
  wabaId: WABA,
  atMs: 1_750_030_073_000,
  json: expect.any(String),
});
const update = {
  kind: "account-update",
  ...ofField("account_update"),
  violationType: null,
  restrictions: [],
  ban: null,
};
const phoneQuality = {
  kind: "phone-quality",
  ...ofField("phone_number_quality_update"),
  displayPhone: "+15550783881",
};
const capability = { kind: "business-capability", ...ofField("business_capability_update") };

describe("an event of the account or its numbers", () => {
  test.each([
    ["account-violation", { ...update, event: "ACCOUNT_VIOLATION", violationType: "ALCOHOL" }],
    [
      "account-restriction",
      {
        ...update,
        event: "ACCOUNT_RESTRICTION",
        restrictions: [{ type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiresAtMs: 1_750_116_473_000 }],
      },
    ],
    [
      "account-restrictions",
      {
        ...update,
        event: "ACCOUNT_RESTRICTION",
        restrictions: [
          { type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiresAtMs: 1_750_116_473_000 },
          { type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION", expiresAtMs: null },
        ],
      },
    ],
    [
      "account-disabled",
      { ...update, event: "DISABLED_UPDATE", ban: { state: "SCHEDULE_FOR_DISABLE", date: "December 1, 2026" } },
    ],
    ["account-terms-signed", { ...update, event: "MM_LITE_TERMS_SIGNED" }],
    [
      "account-alert",
      {
        kind: "account-alert",
        ...ofField("account_alerts"),
        entityType: "PHONE_NUMBER",
        entityId: "106540352242922",
        severity: "WARNING",
        status: "ACTIVE",
        alertType: "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
        description: "More information is needed.",
      },
    ],
    ["account-review", { kind: "account-review", ...ofField("account_review_update"), decision: "REJECTED" }],
    ["phone-quality-upgrade", { ...phoneQuality, event: "THROUGHPUT_UPGRADE", tier: "unlimited" }],
    ["phone-quality-before-2026", { ...phoneQuality, event: "UPGRADE", tier: 10_000 }],
    [
      "phone-name",
      {
        kind: "phone-name",
        ...ofField("phone_number_name_update"),
        displayPhone: "+15550783881",
        decision: "REJECTED",
        requestedName: "Lucky Shrub",
        rejectionReason: "NAME_EMPLOYEE_ISSUE",
      },
    ],
    ["business-capability", { ...capability, tier: 2_000, phoneNumbersMax: 2 }],
    ["business-capability-as-numbers", { ...capability, tier: 2_000, phoneNumbersMax: 25 }],
  ])("is read from %s, with its JSON beside it", (name, expected) => {
    const [item, ...more] = itemsOfFixture(name);

    expect(item).toEqual(expected);
    expect(item && "json" in item && JSON.parse(item.json)).toEqual(valueOfFixture(name));
    expect(more).toEqual([]);
  });

  test.each([
    "account_update",
    "account_alerts",
    "account_review_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "business_capability_update",
  ])("that says nothing known is kept whole: %s", (field) => {
    expect(itemsOf(envelope({ surprise: 1 }, field))).toMatchObject([
      { kind: "other", field, wabaId: WABA, atMs: null, json: '{"surprise":1}' },
    ]);
  });
});

test.each([
  ["TIER_50", 50],
  ["TIER_250", 250],
  ["TIER_2K", 2_000],
  ["TIER_10K", 10_000],
  ["TIER_100K", 100_000],
  ["TIER_UNLIMITED", "unlimited"],
  ["tier_1k", 1_000],
  ["UNLIMITED", "unlimited"],
  [2_000, 2_000],
  ["2000", 2_000],
  ["TIER_NOT_SET", null],
  ["TIER_", null],
  ["TIER_2M", null],
  ["TIER_0", null],
  [0, null],
  [-1, null],
  [2.5, null],
  ["1e9", null],
  [null, null],
  [undefined, null],
  [{}, null],
])("the tier %j is %j", (said, tier) => {
  expect(tierOf(said)).toBe(tier);
});
