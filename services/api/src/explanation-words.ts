// The sentences of an explanation: what it means that a message waits for this, and what a person can do about it.

import type { Explained, WaitsFor } from "@tern/store";
import { iso } from "./times.ts";

export interface Words {
  readonly meaning: string;
  readonly hint: string;
}

export interface Circumstances extends Pick<Explained, "message" | "sender"> {
  /** Messages per second; null when there is no pacing. */
  readonly paceInForce: number | null;
}

export function wordsFor(
  { for: what, untilMs, ahead, blockerFor }: Explained["explanation"],
  about: Circumstances,
): Words {
  const { message, sender } = about;
  const until = untilMs === null ? "" : ` until ${iso(Math.round(untilMs))}`;
  const senderPath = `/v1/senders/${message.sender}`;
  switch (what) {
    case "none":
      return nothing(message);
    case "pace":
      return {
        meaning: inLine(ahead, about),
        hint: "Nothing is wrong. What cannot wait belongs into a more urgent lane.",
      };
    case "turn":
      return {
        meaning: `${count(ahead)} to the same recipient in the same lane goes first: messages to one recipient keep their order, one answer at a time. ${blockerSentence(blockerFor)}`,
        hint: "Look at the message named in blockedBy: canceling it, or its end, lets the next one go.",
      };
    case "time":
      return {
        meaning: `Its sendAt has not come: it waits${until}.`,
        hint: "Cancel it and send it anew for another time.",
      };
    case "pair":
      return {
        meaning: `This recipient has had as many messages as WhatsApp allows at once; the next one may go${until || " a little later"}.`,
        hint: "Send fewer messages to one recipient: 45 at once, then one every 6 seconds.",
      };
    case "tier":
      return {
        meaning: `The portfolio has written to as many recipients outside their window as WhatsApp allows in 24 hours; the next place is free ${untilMs === null ? "later" : `at ${iso(Math.round(untilMs))}`}.`,
        hint: "A higher tier comes from Meta; what an operator sets with PUT /v1/portfolios/{id}/tier must not be above it.",
      };
    case "template":
      return restingTemplate(until, about);
    case "sender-paused":
      return {
        meaning: `The sender was paused${by(sender.paused)}: nothing of it is sent until somebody resumes it.`,
        hint: `An operator resumes it with POST ${senderPath}/resume.`,
      };
    case "sender-held":
      return {
        meaning: `The provider has stopped this sender (${sender.held?.why || "no reason given"})${until || " until somebody resumes it"}.`,
        hint: `Mend what the provider complains of (docs/errors.md); then POST ${senderPath}/resume.`,
      };
    case "lane-paused":
      return {
        meaning: `The lane ${message.lane} of this sender was paused${by(sender.lanes[message.lane].paused)}: it waits until somebody resumes it.`,
        hint: `An operator resumes it with POST ${senderPath}/lanes/${message.lane}/resume.`,
      };
    case "quiet-hours":
      return {
        meaning: `Bulk messages of this sender rest${until}: these are its quiet hours.`,
        hint: "What may not wait belongs into another lane.",
      };
    case "provider-away":
      return {
        meaning: `The provider does not answer: its messages wait${until || " until it does"}, and one a second asks for it.`,
        hint: "It uses up no attempt. If it lasts, look at the network and at the provider's status page.",
      };
    case "doubt":
      return {
        meaning: `It was put on the wire and the answer was lost: a webhook settles that, or else its onDoubt is carried out${until}.`,
        hint: "Sending it again by hand may send it twice.",
      };
    case "retry":
      return {
        meaning: `The last try failed for a passing reason (${message.failure?.reason ?? "unknown"}); the next one waits${until}.`,
        hint: message.failure?.hint ?? "Nothing is to be done.",
      };
    case "throttled":
      return {
        meaning: `The provider told this number to slow down; it rests${until}.`,
        hint: "Nothing is lost and no attempt is used up. If it happens often, lower the pace of the sender.",
      };
    case "upgrade":
      return {
        meaning: "A newer release of Tern took it in, and only workers of that release know how to send it.",
        hint: "Let the upgrade come to its end; if it was taken back, start one worker of the newer release until this is sent.",
      };
    default:
      throw new Error(`no words for ${what satisfies never}`);
  }
}

function nothing({ place, isFinal, status, failure }: Circumstances["message"]): Words {
  if (place === "wire")
    return { meaning: "It does not wait: it is being sent at this moment.", hint: "Ask again in a second." };
  if (!isFinal) return { meaning: "It does not wait: the provider has it.", hint: "Its webhooks say how it goes on." };
  const hint = failure?.hint ?? "Nothing more is done about it.";
  return { meaning: `It has ended as ${status}${failure ? `: ${failure.reason}` : ""}.`, hint };
}

function inLine(ahead: number | null, { paceInForce }: Circumstances): string {
  const pace =
    paceInForce === null ? "" : ` at this sender's pace of ${Number(paceInForce.toFixed(1))} messages per second`;
  if (ahead === null) return `It is ready; others go first${pace}.`;
  if (ahead === 0) return "It is ready and the next one to go.";
  return `${count(ahead)} ${ahead === 1 ? "goes" : "go"} first${pace}.`;
}

function count(ahead: number | null): string {
  if (ahead === null) return "The message before it";
  return ahead === 1 ? "1 message" : `${ahead} messages`;
}

const BLOCKER: Readonly<Partial<Record<WaitsFor, string>>> = {
  none: "The first of them is being sent.",
  pace: "The first of them waits for the sender's pace.",
  pair: "The first of them waits for what WhatsApp allows this recipient.",
  doubt: "The first of them may have been sent: its answer was lost.",
  retry: "The first of them is tried again.",
};

function blockerSentence(what: WaitsFor | null): string {
  return (what && BLOCKER[what]) ?? "The first of them says why it waits.";
}

function restingTemplate(until: string, { message, sender }: Circumstances): Words {
  // What holds a free-form message is the template of its fallback.
  const { template, templateLanguage } = message.template === null ? (message.fallback ?? message) : message;
  const rest = sender.templates.find(
    (one) => one.template === template && (one.language === null || one.language === templateLanguage),
  );
  const resume = `POST /v1/senders/${message.sender}/templates/${template}/resume`;
  switch (rest?.how) {
    case "paused":
      return {
        meaning: `The template ${template} was paused by ${rest.why}: it waits until somebody resumes it.`,
        hint: `An operator resumes it with ${resume}.`,
      };
    case "rests":
      return {
        meaning: `WhatsApp has paused the template ${template}; it is tried again${until || " later"}.`,
        hint: `Look at the template's quality in the WhatsApp Manager; ${resume} tries at once.`,
      };
    case "ended":
      return {
        meaning: `WhatsApp has disabled the template ${template}: the message will fail when its turn comes.`,
        hint: "Send it with another template.",
      };
    default:
      return {
        meaning: `The template ${template} was released: it joins the line again.`,
        hint: "Ask again in a second.",
      };
  }
}

function by(pause: { readonly by: string; readonly sinceMs: number } | null): string {
  return pause === null ? "" : ` by ${pause.by} at ${iso(pause.sinceMs)}`;
}
