// `messages[]`: what people write to a number of ours, and what the provider tells in the form of messages. Source:
// docs/sources.md, webhook bodies and windows.

import { asBoolean, asObject, type JsonObject } from "../read.ts";
import { idOf, integerOf, objectsOf, textOf, timeMsOf, unlessEmpty, wordOf } from "./fields.ts";
import { readContent } from "./inbound-content.ts";
import type { InboundContext, InboundError, Referral } from "./inbound-shape.ts";
import type { AsideItem, InboundItem } from "./items.ts";
import { bsuidOf, contactFinder, type FindContact, personOf, phoneOf } from "./people.ts";
import { aside, withJson } from "./print.ts";

/**
 * Types that a person wrote or tapped. Only these open the customer service window: notices, edits and words we do not
 * know do not, for a free-form message outside the window is refused, and a template in its place is not.
 */
const WRITTEN = new Set(
  "text image video document sticker audio location contacts interactive button order reaction".split(" "),
);

/** Each message of the list, an odd one set aside. */
export function readInbound(
  messages: readonly unknown[],
  contacts: unknown,
  phoneNumberId: string | null,
): (InboundItem | AsideItem)[] {
  const findContact = contactFinder(contacts, messages.length);
  return messages.map((message, index) => readMessage(message, index, findContact, phoneNumberId));
}

function readMessage(
  each: unknown,
  index: number,
  findContact: FindContact,
  phoneNumberId: string | null,
): InboundItem | AsideItem {
  const message = asObject(each);
  const wamid = idOf(message?.id);
  if (message === undefined || wamid === null) return aside("an inbound message without id", each);
  const found = findContact(index, message.from, message.from_user_id);
  const type = wordOf(message.type) ?? "unknown";
  const opensWindow = WRITTEN.has(type);
  const referral = readReferral(asObject(message.referral));
  const ids = { phone: message.from, bsuid: message.from_user_id, parentBsuid: message.from_parent_user_id };
  return withJson({ message, contact: found }, (json) => ({
    kind: "inbound",
    phoneNumberId,
    wamid,
    atMs: timeMsOf(message.timestamp),
    type,
    contact: personOf(ids, found),
    opensWindow,
    isFromAd: opensWindow && referral !== null,
    content: readContent(type, message),
    context: readContext(asObject(message.context)),
    referral,
    errors: objectsOf(message.errors).map(readError),
    groupId: idOf(message.group_id),
    json,
  }));
}

function readContext(context: JsonObject | undefined): InboundContext | null {
  if (context === undefined) return null;
  const product = asObject(context.referred_product);
  return unlessEmpty({
    messageId: idOf(context.id),
    from: phoneOf(context.from) ?? bsuidOf(context.from),
    isForwarded: asBoolean(context.forwarded) ?? asBoolean(context.frequently_forwarded) ?? false,
    isFrequentlyForwarded: asBoolean(context.frequently_forwarded) ?? false,
    product:
      product === undefined
        ? null
        : unlessEmpty({ catalogId: idOf(product.catalog_id), retailerId: idOf(product.product_retailer_id) }),
  });
}

function readReferral(referral: JsonObject | undefined): Referral | null {
  if (referral === undefined) return null;
  return unlessEmpty({
    sourceType: wordOf(referral.source_type),
    sourceId: idOf(referral.source_id),
    sourceUrl: textOf(referral.source_url),
    headline: textOf(referral.headline),
    body: textOf(referral.body),
    mediaType: wordOf(referral.media_type),
    imageUrl: textOf(referral.image_url),
    videoUrl: textOf(referral.video_url),
    thumbnailUrl: textOf(referral.thumbnail_url),
    clickId: textOf(referral.ctwa_clid),
    welcomeText: textOf(asObject(referral.welcome_message)?.text),
  });
}

function readError(error: JsonObject): InboundError {
  return {
    code: integerOf(error.code),
    title: textOf(error.title) ?? textOf(error.message),
    details: textOf(asObject(error.error_data)?.details),
  };
}
