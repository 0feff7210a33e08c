// Why a marketing template is refused: what the contact said, or did not say.

import { ApiProblem } from "../problems.ts";
import type { ConsentRefusal } from "./judge-consent.ts";

const DETAILS = {
  "opted-out":
    "The contact has opted out of marketing, and a marketing template may not go to it. Utility and authentication templates may.",
  "consent-missing":
    "The contact has not opted in to marketing, and the sender's policy requires that. Record the opt-in at " +
    "PUT /v1/contacts/{contact}/consents/marketing, then send it again.",
} as const satisfies Record<ConsentRefusal, string>;

export function consentProblem(answer: ConsentRefusal): ApiProblem {
  return new ApiProblem(answer, { detail: DETAILS[answer] });
}
