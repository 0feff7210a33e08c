import { describe, expect, test } from "@jest/globals";
import {
  asksForConsent,
  CONSENT_CATEGORIES,
  CONSENT_STATES,
  type ConsentAnswer,
  type ConsentPolicy,
  type ConsentState,
  consentAnswer,
} from "./consent.ts";

const POLICIES: readonly ConsentPolicy[] = ["required", "optout-only", "off"];
const STATES: readonly (ConsentState | null)[] = [...CONSENT_STATES, null];

describe("a marketing template", () => {
  test.each<[ConsentPolicy, ConsentState | null, ConsentAnswer]>([
    ["required", "opted-in", "allowed"],
    ["required", "opted-out", "opted-out"],
    ["required", null, "consent-missing"],
    ["optout-only", "opted-in", "allowed"],
    ["optout-only", "opted-out", "opted-out"],
    ["optout-only", null, "allowed"],
    ["off", "opted-in", "allowed"],
    ["off", "opted-out", "allowed"],
    ["off", null, "allowed"],
  ])("under the policy %s, to a contact that is %s: %s", (policy, state, answer) => {
    expect(consentAnswer("marketing", state, policy)).toBe(answer);
  });
});

test.each(["utility", "authentication"] as const)("a template of the category %s is never held back", (category) => {
  for (const policy of POLICIES) {
    for (const state of STATES) expect(consentAnswer(category, state, policy)).toBe("allowed");
  }
});

test("nobody is asked about where every state is allowed, and somebody where one is not", () => {
  for (const category of CONSENT_CATEGORIES) {
    for (const policy of POLICIES) {
      const allAllowed = STATES.every((state) => consentAnswer(category, state, policy) === "allowed");
      expect(asksForConsent(category, policy)).toBe(!allAllowed);
    }
  }
});
