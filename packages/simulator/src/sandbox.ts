// 360dialog's sandbox: messages go to the requester's own phone only, and only so many of them (360dialog "sandbox";
// an older page says 10 template sends instead). What it answers beyond that is not documented.
import type { Answer } from "./answers.ts";
import type { NumberState } from "./number.ts";
import type { Send } from "./send-request.ts";

const refusalOf = (label: string, error: string) => ({
  label,
  answer: { httpStatus: 400, contentType: "application/json", body: JSON.stringify({ error }) } satisfies Answer,
});
const otherPhone = refusalOf("sandboxPhone", "The sandbox sends messages to the phone number of its key only");
const usedUp = refusalOf("sandboxLimit", "The limit of messages of this sandbox key is reached");

/** Why a sandbox does not take a send; null for other numbers. `label` is what the ledger calls it. */
export function sandboxRefusal({ options, takenCount }: NumberState, send: Send): ReturnType<typeof refusalOf> | null {
  if (options.profile !== "360dialog-sandbox") return null;
  if (options.sandboxPhone !== null && send.user !== options.sandboxPhone) return otherPhone;
  return takenCount >= options.sandboxMessagesMax ? usedUp : null;
}
