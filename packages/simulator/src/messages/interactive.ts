// An interactive message: one rule per sub-type for header, body, footer and action (Meta "interactive-*-messages",
// "share-products", "sendingaflow", "call-button-messages-deep-links", "user-call-permissions", "address-messages" and
// "business-scoped-user-ids", read 2026-05 to 2026-09).
import { type Complaint, isObject, missing, wrong } from "../complaint.ts";
import { checkCarousel } from "./carousel.ts";
import { checkHttpUrl, checkKeys, checkList, checkObject, checkText, type Fields, firstOf } from "./fields.ts";
import { checkMedia, type MediaType } from "./media.ts";

const HEADER_CHARS_MAX = 60;
const FOOTER_CHARS_MAX = 60;
const BODY_CHARS_MAX = 1024;
const LIST_BODY_CHARS_MAX = 4096;
const BUTTON_TITLE_CHARS_MAX = 20;
const FLOW_CTA_CHARS_MAX = 30;
const PRODUCTS_MAX = 30;
const SECTIONS_MAX = 10;
const ROWS_MAX = 10;
const SECTION_TITLE_CHARS_MAX = 24;
const ID_CHARS_MAX = 256;

type HeaderKind = "text" | "image" | "video" | "document";

interface Rule {
  /** The kinds of header it may have. */
  headers: readonly HeaderKind[];
  needsHeader?: boolean;
  bodyCharsMax: number;
  bodyIsOptional?: boolean;
  hasFooter: boolean;
  checkAction: (action: Fields) => Complaint | null;
}

const anyHeader: readonly HeaderKind[] = ["text", "image", "video", "document"];
const plain = { headers: [], bodyCharsMax: BODY_CHARS_MAX, hasFooter: false } satisfies Partial<Rule>;

const rules: Record<string, Rule> = {
  button: { headers: anyHeader, bodyCharsMax: BODY_CHARS_MAX, hasFooter: true, checkAction: checkReplyButtons },
  list: { headers: ["text"], bodyCharsMax: LIST_BODY_CHARS_MAX, hasFooter: true, checkAction: checkSections },
  cta_url: { headers: anyHeader, bodyCharsMax: BODY_CHARS_MAX, hasFooter: true, checkAction: checkCtaUrl },
  flow: { headers: anyHeader, bodyCharsMax: BODY_CHARS_MAX, hasFooter: true, checkAction: checkFlow },
  location_request_message: { ...plain, checkAction: named("send_location") },
  address_message: { ...plain, headers: ["text"], hasFooter: true, checkAction: checkAddress },
  product: { ...plain, bodyIsOptional: true, hasFooter: true, checkAction: checkProduct },
  product_list: {
    headers: ["text"],
    needsHeader: true,
    bodyCharsMax: BODY_CHARS_MAX,
    hasFooter: true,
    checkAction: checkProducts,
  },
  catalog_message: { ...plain, hasFooter: true, checkAction: checkCatalog },
  carousel: { ...plain, checkAction: checkCarousel },
  call_permission_request: { ...plain, bodyIsOptional: true, checkAction: named("call_permission_request") },
  voice_call: { ...plain, headers: anyHeader, hasFooter: true, checkAction: checkVoiceCall },
  // The page prints contact_request, third parties report request_contact_info: both are taken.
  request_contact_info: { ...plain, checkAction: named("request_contact_info") },
  contact_request: { ...plain, checkAction: named("request_contact_info") },
  // Payments; their contents are not looked at.
  order_details: { ...plain, headers: anyHeader, hasFooter: true, checkAction: named("review_and_pay") },
  order_status: { ...plain, hasFooter: true, checkAction: named("review_order") },
};

const knownKeys = new Set(["type", "header", "body", "footer", "action"]);

export function checkInteractive(content: unknown): Complaint | null {
  if (!isObject(content)) return wrong(100, "Param interactive must be an object");
  const { type, header, body, footer, action } = content;
  if (type === undefined) return missing("interactive.type");
  const rule = typeof type === "string" && Object.hasOwn(rules, type) ? rules[type] : undefined;
  if (!rule) return wrong(131009, `Param interactive.type must be one of {${Object.keys(rules).join(", ")}}`);
  return (
    checkKeys(content, "interactive", knownKeys) ??
    checkHeader(header, rule) ??
    checkTextObject(body, "interactive.body", rule.bodyCharsMax, rule.bodyIsOptional === true) ??
    checkFooter(footer, rule) ??
    checkObject(action, "interactive.action") ??
    rule.checkAction(action as Fields)
  );
}

function checkHeader(header: unknown, { headers, needsHeader }: Rule): Complaint | null {
  if (header === undefined) return needsHeader ? missing("interactive.header") : null;
  if (!isObject(header)) return wrong(100, "Param interactive.header must be an object");
  const kind = header.type as HeaderKind;
  if (!headers.includes(kind)) {
    return wrong(131009, `Param interactive.header.type must be one of {${headers.join(", ")}}`);
  }
  if (kind === "text") return checkText(header.text, "interactive.header.text", { max: HEADER_CHARS_MAX });
  return checkMedia(kind satisfies MediaType, header[kind], `interactive.header.${kind}`);
}

function checkFooter(footer: unknown, { hasFooter }: Rule): Complaint | null {
  if (footer === undefined) return null;
  if (!hasFooter) return wrong(100, "This interactive type has no footer");
  return checkTextObject(footer, "interactive.footer", FOOTER_CHARS_MAX, false);
}

function checkTextObject(value: unknown, path: string, max: number, isOptional: boolean): Complaint | null {
  if (value === undefined && isOptional) return null;
  return checkObject(value, path) ?? checkText((value as Fields).text, `${path}.text`, { max });
}

function named(name: string): (action: Fields) => Complaint | null {
  return (action) => {
    if (action.name === undefined) return missing("interactive.action.name");
    return action.name === name ? null : wrong(131009, `Param interactive.action.name must be ${name}`);
  };
}

/** `action.parameters` of an action with this name. */
function parametersOf(action: Fields, name: string): Fields | Complaint {
  return (
    named(name)(action) ??
    checkObject(action.parameters, "interactive.action.parameters") ??
    (action.parameters as Fields)
  );
}

function isComplaint(value: Fields | Complaint): value is Complaint {
  return typeof value.code === "number" && typeof value.details === "string";
}

function checkReplyButtons(action: Fields): Complaint | null {
  return (
    checkList(action.buttons, "interactive.action.buttons", { min: 1, max: 3 }) ??
    checkReplies(action.buttons as unknown[])
  );
}

function checkReplies(buttons: unknown[]): Complaint | null {
  const titles = new Set<unknown>();
  const ids = new Set<unknown>();
  return firstOf(buttons, (button, at) => {
    const path = `interactive.action.buttons[${at}]`;
    if (!isObject(button) || button.type !== "reply") return wrong(131009, `Param ${path}.type must be reply`);
    if (!isObject(button.reply)) return missing(`${path}.reply`);
    const { id, title } = button.reply;
    const complaint =
      checkText(title, `${path}.reply.title`, { max: BUTTON_TITLE_CHARS_MAX }) ??
      checkText(id, `${path}.reply.id`, { max: ID_CHARS_MAX });
    if (complaint) return complaint;
    if (titles.has(title)) return wrong(131009, "Duplicate title of a button");
    if (ids.has(id)) return wrong(131009, "Duplicate id of a button");
    titles.add(title);
    ids.add(id);
    return null;
  });
}

function checkSections(action: Fields): Complaint | null {
  const complaint =
    checkText(action.button, "interactive.action.button", { max: BUTTON_TITLE_CHARS_MAX }) ??
    checkList(action.sections, "interactive.action.sections", { min: 1, max: SECTIONS_MAX });
  if (complaint) return complaint;
  const sections = action.sections as unknown[];
  const ids = new Set<unknown>();
  return (
    firstOf(sections, (section, at) =>
      checkSection(section, `interactive.action.sections[${at}]`, sections.length, ids),
    ) ?? (ids.size > ROWS_MAX ? wrong(131009, `A list has at most ${ROWS_MAX} rows in all its sections`) : null)
  );
}

function checkSection(section: unknown, path: string, sectionsCount: number, ids: Set<unknown>): Complaint | null {
  if (!isObject(section)) return wrong(100, `Param ${path} must be an object`);
  return (
    checkText(section.title, `${path}.title`, { max: SECTION_TITLE_CHARS_MAX, isOptional: sectionsCount === 1 }) ??
    checkList(section.rows, `${path}.rows`, { min: 1, max: ROWS_MAX }) ??
    firstOf(section.rows as unknown[], (row, at) => checkRow(row, `${path}.rows[${at}]`, ids))
  );
}

function checkRow(row: unknown, path: string, ids: Set<unknown>): Complaint | null {
  if (!isObject(row)) return wrong(100, `Param ${path} must be an object`);
  const complaint =
    checkText(row.id, `${path}.id`, { max: 200 }) ??
    checkText(row.title, `${path}.title`, { max: 24 }) ??
    checkText(row.description, `${path}.description`, { max: 72, isOptional: true });
  if (complaint) return complaint;
  if (ids.has(row.id)) return wrong(131009, "Duplicate id of a row");
  ids.add(row.id);
  return null;
}

function checkCtaUrl(action: Fields): Complaint | null {
  const parameters = parametersOf(action, "cta_url");
  if (isComplaint(parameters)) return parameters;
  return (
    checkText(parameters.display_text, "interactive.action.parameters.display_text", { max: BUTTON_TITLE_CHARS_MAX }) ??
    checkHttpUrl(parameters.url, "interactive.action.parameters.url")
  );
}

const flowKeys = new Set([
  "flow_message_version",
  "flow_id",
  "flow_name",
  "flow_token",
  "flow_cta",
  "flow_action",
  "flow_action_payload",
  "mode",
]);

function checkFlow(action: Fields): Complaint | null {
  const parameters = parametersOf(action, "flow");
  if (isComplaint(parameters)) return parameters;
  const path = "interactive.action.parameters";
  const { flow_message_version, flow_id, flow_name, flow_action = "navigate", flow_action_payload, mode } = parameters;
  const complaint =
    checkKeys(parameters, path, flowKeys) ??
    checkText(parameters.flow_cta, `${path}.flow_cta`, { max: FLOW_CTA_CHARS_MAX }) ??
    checkText(parameters.flow_token, `${path}.flow_token`, { max: 4096, isOptional: true }) ??
    checkText(flow_id ?? flow_name, `${path}.flow_id`, { max: 512 });
  if (complaint) return complaint;
  if (flow_id !== undefined && flow_name !== undefined)
    return wrong(100, "Only one of flow_id and flow_name may be given");
  if (flow_message_version !== "3") return wrong(131009, `Param ${path}.flow_message_version must be "3"`);
  if (flow_action !== "navigate" && flow_action !== "data_exchange") {
    return wrong(131009, `Param ${path}.flow_action must be navigate or data_exchange`);
  }
  if (mode !== undefined && mode !== "draft" && mode !== "published") {
    return wrong(131009, `Param ${path}.mode must be draft or published`);
  }
  if (flow_action_payload === undefined) return null;
  return isObject(flow_action_payload) && typeof flow_action_payload.screen === "string"
    ? null
    : wrong(100, `Param ${path}.flow_action_payload must be an object with a screen`);
}

function checkAddress(action: Fields): Complaint | null {
  const parameters = parametersOf(action, "address_message");
  if (isComplaint(parameters)) return parameters;
  const path = "interactive.action.parameters.country";
  if (parameters.country === undefined) return missing(path);
  return /^[A-Z]{2}$/.test(String(parameters.country)) ? null : wrong(131009, `Param ${path} must be such as IN`);
}

function checkProduct(action: Fields): Complaint | null {
  return (
    checkText(action.catalog_id, "interactive.action.catalog_id", { max: ID_CHARS_MAX }) ??
    checkText(action.product_retailer_id, "interactive.action.product_retailer_id", { max: ID_CHARS_MAX })
  );
}

function checkProducts(action: Fields): Complaint | null {
  const path = "interactive.action";
  const complaint =
    checkText(action.catalog_id, `${path}.catalog_id`, { max: ID_CHARS_MAX }) ??
    checkList(action.sections, `${path}.sections`, { min: 1, max: SECTIONS_MAX });
  return complaint ?? checkProductSections(action.sections as unknown[], `${path}.sections`);
}

/** Sections of products, as product_list messages and mpm buttons have them. */
export function checkProductSections(sections: unknown[], path: string): Complaint | null {
  let products = 0;
  const complaint = firstOf(sections, (section, at) => {
    if (!isObject(section)) return wrong(100, `Param ${path}[${at}] must be an object`);
    const items = section.product_items;
    products += Array.isArray(items) ? items.length : 0;
    return (
      checkText(section.title, `${path}[${at}].title`, {
        max: SECTION_TITLE_CHARS_MAX,
        isOptional: sections.length === 1,
      }) ??
      checkList(items, `${path}[${at}].product_items`, { min: 1, max: PRODUCTS_MAX }) ??
      firstOf(items as unknown[], (item) =>
        isObject(item)
          ? checkText(item.product_retailer_id, `${path}[${at}].product_retailer_id`, { max: ID_CHARS_MAX })
          : wrong(100, `Param ${path}[${at}].product_items must hold objects`),
      )
    );
  });
  return complaint ?? (products > PRODUCTS_MAX ? wrong(131009, `At most ${PRODUCTS_MAX} products may be shown`) : null);
}

function checkCatalog(action: Fields): Complaint | null {
  const complaint = named("catalog_message")(action);
  if (complaint || action.parameters === undefined) return complaint;
  return checkObject(action.parameters, "interactive.action.parameters");
}

function checkVoiceCall(action: Fields): Complaint | null {
  const complaint = named("voice_call")(action);
  if (complaint || action.parameters === undefined) return complaint;
  const path = "interactive.action.parameters";
  if (!isObject(action.parameters)) return wrong(100, `Param ${path} must be an object`);
  return checkText(action.parameters.display_text, `${path}.display_text`, {
    max: BUTTON_TITLE_CHARS_MAX,
    isOptional: true,
  });
}
