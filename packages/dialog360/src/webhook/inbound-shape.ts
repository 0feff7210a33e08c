// The one shape in which every inbound message is kept: what a person wrote, by Meta's own type words. Narrow: only
// what is documented and used; the provider's JSON of the message is kept beside it. docs/events.md is this page in words.
// Texts longer than 65,536 characters and ids longer than 512 read as absent. Source: docs/sources.md, webhook bodies.

/** Why the message is where it is. */
export interface InboundContext {
  /** The message that is answered. */
  readonly messageId: string | null;
  /** Who wrote that one: "+<digits>" or a BSUID. */
  readonly from: string | null;
  readonly isForwarded: boolean;
  /** Forwarded more than five times. */
  readonly isFrequentlyForwarded: boolean;
  /** The product that is asked about. */
  readonly product: { readonly catalogId: string | null; readonly retailerId: string | null } | null;
}

/** The ad or post that led the person here. */
export interface Referral {
  /** `ad` or `post`. */
  readonly sourceType: string | null;
  readonly sourceId: string | null;
  readonly sourceUrl: string | null;
  readonly headline: string | null;
  readonly body: string | null;
  readonly mediaType: string | null;
  readonly imageUrl: string | null;
  readonly videoUrl: string | null;
  readonly thumbnailUrl: string | null;
  /** `ctwa_clid`; missing for ads in Status. */
  readonly clickId: string | null;
  readonly welcomeText: string | null;
}

export interface InboundError {
  readonly code: number | null;
  readonly title: string | null;
  readonly details: string | null;
}

export type InboundContent =
  | { readonly type: "text"; readonly body: string }
  | InboundMedia
  | InboundLocation
  | { readonly type: "contacts"; readonly contacts: readonly SharedContact[] }
  | { readonly type: "interactive"; readonly interactiveType: string | null; readonly reply: InteractiveReply | null }
  /** A tap on a quick reply of a template. */
  | { readonly type: "button"; readonly payload: string | null; readonly text: string | null }
  | InboundOrder
  /** `emoji` null: the reaction was taken back. */
  | { readonly type: "reaction"; readonly messageId: string; readonly emoji: string | null }
  | SystemNotice
  /** What the person sent and the API cannot carry: `poll`, `edit`, `button`, … */
  | { readonly type: "unsupported"; readonly unsupportedType: string | null }
  /** `content` is the new content, null when it cannot be read. */
  | {
      readonly type: "edit";
      readonly originalMessageId: string;
      readonly contentType: string | null;
      readonly content: InboundContent | null;
    }
  | { readonly type: "revoke"; readonly originalMessageId: string }
  /** The person opened the chat for the first time and has written nothing. */
  | { readonly type: "request_welcome" };

export interface InboundMedia {
  readonly type: "image" | "video" | "document" | "sticker" | "audio";
  /** Can be fetched for 7 days; null when only a placeholder came. */
  readonly id: string | null;
  readonly mimeType: string | null;
  /** As the provider writes it. */
  readonly sha256: string | null;
  /** Valid for 5 minutes. */
  readonly url: string | null;
  readonly caption: string | null;
  /** Documents only. */
  readonly filename: string | null;
  /** Audio only: recorded with the app. */
  readonly isVoice: boolean | null;
  /** Stickers only. */
  readonly isAnimated: boolean | null;
}

export interface InboundLocation {
  readonly type: "location";
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly name: string | null;
  readonly address: string | null;
  readonly url: string | null;
}

export interface SharedContact {
  readonly name: string | null;
  readonly phones: readonly SharedPhone[];
  readonly emails: readonly string[];
  readonly vcard: string | null;
  /** How it came to be shared, in Meta's word; since 2026. */
  readonly origin: string | null;
}

export interface SharedPhone {
  /** As written in the address book. */
  readonly phone: string | null;
  /** The number's WhatsApp account, "+<digits>"; null when it has none. */
  readonly whatsappPhone: string | null;
  readonly type: string | null;
}

export type InteractiveReply =
  | { readonly type: "button_reply"; readonly id: string | null; readonly title: string | null }
  | {
      readonly type: "list_reply";
      readonly id: string | null;
      readonly title: string | null;
      readonly description: string | null;
    }
  | {
      readonly type: "nfm_reply";
      /** `flow` or `address_message`. */
      readonly name: string | null;
      readonly body: string | null;
      /** `response_json` parsed: mostly an object, but any JSON value may come; its text where it is no JSON; null without one. */
      readonly response: unknown;
    }
  | {
      readonly type: "call_permission_reply";
      /** `accept` or `reject`. */
      readonly response: string | null;
      readonly isPermanent: boolean | null;
      readonly expiresAtMs: number | null;
      readonly responseSource: string | null;
    };

export interface InboundOrder {
  readonly type: "order";
  readonly catalogId: string | null;
  readonly text: string | null;
  readonly products: readonly {
    readonly retailerId: string | null;
    readonly quantity: number | null;
    readonly price: number | null;
    readonly currency: string | null;
  }[];
}

/** Somebody's ids have changed. These are the new ones; the message's `from`, so its contact's phone, is the old number. */
export interface SystemNotice {
  readonly type: "system";
  /** `user_changed_number`, `user_changed_user_id` or a word we do not know. */
  readonly systemType: string | null;
  readonly body: string | null;
  /** "+<digits>". */
  readonly newPhone: string | null;
  readonly newBsuid: string | null;
  readonly newParentBsuid: string | null;
}
