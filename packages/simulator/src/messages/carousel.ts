// The cards of an interactive carousel: media cards with a link or quick replies, or product cards (Meta
// "interactive-media-carousel-messages", "interactive-product-carousel-messages", read 2026-09).
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkHttpUrl, checkList, checkObject, checkText, type Fields, firstOf } from "./fields.ts";
import { checkMedia } from "./media.ts";

const CARD_BODY_CHARS_MAX = 160;
const CARD_BODY_LINE_BREAKS_MAX = 2;
const BUTTON_TITLE_CHARS_MAX = 20;
const ID_CHARS_MAX = 256;

export function checkCarousel(action: Fields): Complaint | null {
  const complaint = checkList(action.cards, "interactive.action.cards", { min: 2, max: 10 });
  if (complaint) return complaint;
  const cards = action.cards as unknown[];
  return (
    firstOf(cards, (card, at) => checkCard(card, `interactive.action.cards[${at}]`)) ?? checkTogether(cards as Fields[])
  );
}

function checkCard(card: unknown, path: string): Complaint | null {
  if (!isObject(card)) return wrong(100, `Param ${path} must be an object`);
  const { card_index, type, action } = card;
  if (card_index === undefined) return missing(`${path}.card_index`);
  if (!Number.isInteger(card_index) || (card_index as number) < 0 || (card_index as number) > 9) {
    return wrong(131009, `Param ${path}.card_index must be 0 to 9`);
  }
  const complaint = checkObject(action, `${path}.action`);
  if (complaint) return complaint;
  if (type === "product") return checkProductCard(action as Fields, path);
  // A card of quick replies has the same type in the page's example: its action tells it.
  if (type === "cta_url" || type === "quick_reply") {
    const check = (action as Fields).buttons === undefined ? checkLink : checkQuickReplies;
    return checkHead(card, path) ?? check(action as Fields, path);
  }
  return wrong(131009, `Param ${path}.type must be cta_url, quick_reply or product`);
}

function checkProductCard(action: Fields, path: string): Complaint | null {
  return (
    checkText(action.product_retailer_id, `${path}.action.product_retailer_id`, { max: ID_CHARS_MAX }) ??
    checkText(action.catalog_id, `${path}.action.catalog_id`, { max: ID_CHARS_MAX })
  );
}

function checkHead({ header, body }: Fields, path: string): Complaint | null {
  if (!isObject(header)) return missing(`${path}.header`);
  if (header.type !== "image" && header.type !== "video") {
    return wrong(131009, `Param ${path}.header.type must be image or video`);
  }
  const complaint = checkMedia(header.type, header[header.type], `${path}.header.${header.type}`);
  if (complaint || body === undefined) return complaint;
  if (!isObject(body)) return wrong(100, `Param ${path}.body must be an object`);
  const tooLong = checkText(body.text, `${path}.body.text`, { max: CARD_BODY_CHARS_MAX });
  if (tooLong) return tooLong;
  const lineBreaks = (body.text as string).split("\n").length - 1;
  return lineBreaks > CARD_BODY_LINE_BREAKS_MAX
    ? wrong(131009, `Param ${path}.body.text has more than ${CARD_BODY_LINE_BREAKS_MAX} line breaks`)
    : null;
}

function checkLink({ name, parameters }: Fields, path: string): Complaint | null {
  if (name !== "cta_url") return wrong(131009, `Param ${path}.action.name must be cta_url`);
  if (!isObject(parameters)) return missing(`${path}.action.parameters`);
  return (
    checkText(parameters.display_text, `${path}.action.parameters.display_text`, { max: BUTTON_TITLE_CHARS_MAX }) ??
    checkHttpUrl(parameters.url, `${path}.action.parameters.url`)
  );
}

function checkQuickReplies({ buttons }: Fields, path: string): Complaint | null {
  return (
    checkList(buttons, `${path}.action.buttons`, { min: 1, max: 2 }) ??
    firstOf(buttons as unknown[], (button) => {
      const reply = isObject(button) ? (button.quick_reply ?? button.reply) : undefined;
      if (!isObject(reply)) return missing(`${path}.action.buttons.quick_reply`);
      return (
        checkText(reply.title, `${path}.action.buttons.title`, { max: BUTTON_TITLE_CHARS_MAX }) ??
        checkText(reply.id, `${path}.action.buttons.id`, { max: ID_CHARS_MAX })
      );
    })
  );
}

/** What holds between cards: each index once, all of one kind, one catalog. */
function checkTogether(cards: Fields[]): Complaint | null {
  const countOf = (of: (card: Fields) => unknown) => new Set(cards.map(of)).size;
  if (countOf((card) => card.card_index) < cards.length) return wrong(131009, "Each card_index may occur once only");
  if (countOf((card) => card.type) > 1) return wrong(131009, "All cards must be of one type");
  if (countOf((card) => (card.header as Fields | undefined)?.type) > 1) {
    return wrong(131009, "All cards must have the same type of header");
  }
  if (countOf((card) => (card.action as Fields).catalog_id) > 1)
    return wrong(131009, "All cards must be of one catalog");
  return null;
}
