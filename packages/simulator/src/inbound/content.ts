// What a message from a user says, for every type there is (Meta "webhooks/reference/messages", read 2025-11 to 2026-09):
// a plausible content of its own, over which the caller lays what the test is about.
import type { InboundMedia, InboundRequest, InboundType } from "../admin-types.ts";
import { downloadUrl, nextMediaId } from "../media/api.ts";
import type { NumberState } from "../number.ts";
import type { World } from "../world.ts";

const REPLIES: ReadonlySet<string> = new Set(["button_reply", "list_reply", "nfm_reply", "call_permission_reply"]);
const mimeTypeOf: Partial<Record<InboundType, string>> = {
  image: "image/jpeg",
  video: "video/mp4",
  audio: "audio/ogg; codecs=opus",
  document: "application/pdf",
  sticker: "image/webp",
};
const knownWamid = "wamid.HBgLMTU1NTAwMDExMTEVAgARGBIA";

/** The message without sender, id and time: `type`, the object under its name, `context`, `referral`, `errors`. */
export function contentOf(world: World, number: NumberState, inbound: InboundRequest): object {
  const { text, message } = inbound;
  const content =
    message ?? (text === undefined ? typed(world, number, inbound) : { type: "text", text: { body: text } });
  return { ...contextOf(number, inbound), ...referralOf(inbound), ...content };
}

function typed(world: World, number: NumberState, { type = "text", fields = {}, media }: InboundRequest): object {
  if (REPLIES.has(type)) return { type: "interactive", interactive: { type, [type]: { ...replyOf(type), ...fields } } };
  if (type === "contacts") return { type, contacts: [{ ...contact, ...fields }] };
  if (type === "unsupported") return unsupported(fields);
  const mimeType = mimeTypeOf[type];
  const own = mimeType === undefined ? plainOf(type) : mediumOf(world, number, type, { mimeType, ...media });
  return { type, [type]: { ...own, ...fields } };
}

function replyOf(type: string): object {
  switch (type) {
    case "button_reply":
      return { id: "reply-1", title: "Yes" };
    case "list_reply":
      return { id: "row-1", title: "Row one", description: "The first row" };
    case "nfm_reply":
      return { name: "flow", body: "Sent", response_json: '{"flow_token":"unused"}' };
    default:
      return { response: "accept", is_permanent: false, response_source: "user_action" };
  }
}

function plainOf(type: InboundType): object {
  switch (type) {
    case "text":
      return { body: "Hello" };
    case "location":
      return { latitude: 52.5163, longitude: 13.3777, name: "Brandenburg Gate", address: "Pariser Platz, Berlin" };
    case "button":
      return { payload: "yes", text: "Yes" };
    case "order":
      return {
        catalog_id: "catalog-1",
        product_items: [{ product_retailer_id: "product-1", quantity: 1, item_price: 9.9, currency: "EUR" }],
      };
    case "reaction":
      return { message_id: knownWamid, emoji: "👍" };
    case "system":
      return { body: "User changed the number", type: "user_changed_number" };
    case "edit":
      return {
        original_message_id: knownWamid,
        message: { type: "text", text: { body: "Hello again" }, context: { id: knownWamid } },
      };
    case "revoke":
      return { original_message_id: knownWamid };
    default: // request_welcome
      return {};
  }
}

const contact = {
  name: { formatted_name: "Ada Lovelace", first_name: "Ada", last_name: "Lovelace" },
  phones: [{ phone: "+44 20 7946 0000", type: "CELL", wa_id: "442079460000" }],
};

function unsupported(fields: Record<string, unknown>): object {
  const error = { code: 131051, title: "Message type unknown", message: "Message type unknown" };
  const errors = [{ ...error, error_data: { details: "Message type is currently not supported." } }];
  return { type: "unsupported", errors, unsupported: { type: "poll", ...fields } };
}

/** A medium that can be downloaded for seven days; its URL, if shown, for five minutes. */
function mediumOf(
  world: World,
  number: NumberState,
  type: InboundType,
  { mimeType, base64, withUrl }: InboundMedia & { mimeType: string },
): object {
  const bytes = base64 === undefined ? Buffer.from(`simulated ${type}`) : Buffer.from(base64, "base64");
  const id = nextMediaId(world);
  const { sha256 } = number.media.add({ id, mimeType, bytes, isFromUser: true }, world.clock.nowMs());
  return {
    id,
    mime_type: mimeType,
    sha256,
    ...(withUrl && { url: downloadUrl(world, number, id) }),
    ...(type === "document" && { filename: "simulated.pdf" }),
    ...(type === "audio" && { voice: true }),
    ...(type === "sticker" && { animated: false }),
  };
}

/** A reply names the message and who wrote it; a forwarded message only that it is one. */
function contextOf({ ownUser }: NumberState, { replyTo, forwarded }: InboundRequest): object {
  if (replyTo === undefined && forwarded === undefined) return {};
  return {
    context: {
      ...(replyTo !== undefined && { from: ownUser.slice(1), id: replyTo }),
      ...(forwarded === "once" && { forwarded: true }),
      ...(forwarded === "often" && { frequently_forwarded: true }),
    },
  };
}

function referralOf({ referral }: InboundRequest): object {
  if (referral === undefined) return {};
  const own = {
    source_url: "https://fb.me/simulated",
    source_id: "120200000000000001",
    source_type: "ad",
    body: "Write to us",
    headline: "A simulated ad",
    media_type: "image",
    image_url: "https://example.com/ad.jpg",
    ctwa_clid: "simulated-click",
    welcome_message: { text: "Hello!" },
  };
  return { referral: referral === true ? own : { ...own, ...referral } };
}
