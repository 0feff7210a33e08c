// What each class of failure means and what Tern does about it, in words: for docs/errors.md and the dashboards.

import type { FailureClass } from "@tern/dialog360";

/** class: what it means, what Tern does */
export const FAILURE_CLASSES: Readonly<Record<FailureClass, readonly [string, string]>> = {
  throttled: [
    "told to slow down; certainly not taken",
    "waits and sends again; uses no attempt; slows the number or account, or only the recipient (pair)",
  ],
  transient: ["certainly not taken; worth another try", "sends again with backoff, until the attempts are used up"],
  unreachable: [
    "no connection to the provider: certainly not taken, and no fault of the message",
    "waits and sends again; uses no attempt; enough of them in a row stop the taking of messages until a single one gets through",
  ],
  unknown: [
    "may have been taken",
    "waits for a webhook that settles it; then sends again (ambiguous answer) or follows the message's policy (no answer)",
  ],
  rejected: ["refused for good", "fails the message"],
  misrouted: [
    "refused by this endpoint, to be sent through the other; certainly not taken",
    "sends it again through the other endpoint; uses an attempt",
  ],
  "template-paused": [
    "this template cannot be sent now",
    "rests the template: all its messages wait, others do not; uses no attempt",
  ],
  "template-disabled": ["this template can never be sent again", "fails the message and all others with this template"],
  "number-paused": ["this sender cannot send now", "rests the sender; uses no attempt"],
  misconfigured: [
    "our side is wrong: every message would meet the same",
    "stops the sender and raises the alarm; the sender goes on when it is resumed or when its key or address in the configuration changes; uses no attempt",
  ],
};
