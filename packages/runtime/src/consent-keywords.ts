// The words by which people say, in a message of their own, that they want no more advertising, or want it again. Only a
// text that is nothing but such a word counts: "please stop by tomorrow" is not a wish to hear no more.

/** Languages as the words' own speakers tag them ("pt"), each with its words as a person would write them. */
export type KeywordsByLanguage = Readonly<Record<string, readonly string[]>>;

/** What the deployment says, its defaults filled in, by the word as `foldKeyword` writes it. */
export interface ConsentKeywords {
  /** From a word to its language. */
  readonly stop: ReadonlyMap<string, string>;
  readonly start: ReadonlyMap<string, string>;
}

/** What a person asked for, with the evidence for the record. */
export interface ConsentWish {
  readonly wish: "stop" | "start";
  /** Of the word found; a word of several languages is the first one's. */
  readonly language: string;
}

/**
 * A language that the deployment file names replaces the one here. "start" and its kind are no greeting in any of these
 * languages; words that often are ("yes", "ok", "no") are left out on purpose.
 */
export const DEFAULT_CONSENT_KEYWORDS: { readonly stop: KeywordsByLanguage; readonly start: KeywordsByLanguage } = {
  stop: {
    en: ["stop", "stop all", "stopall", "unsubscribe", "opt out", "opt-out", "optout"],
    ar: ["توقف", "إيقاف", "ايقاف", "إلغاء الاشتراك", "الغاء الاشتراك"],
    de: ["stopp", "abmelden", "abbestellen"],
    es: ["alto", "parar", "baja", "darme de baja", "cancelar suscripción"],
    fr: ["arrêt", "arrêter", "désabonner", "me désabonner", "désinscrire", "me désinscrire"],
    hi: ["रोकें", "रुकें", "बंद करें", "सदस्यता रद्द करें"],
    id: ["berhenti", "berhenti langganan"],
    it: ["ferma", "basta", "disiscrivimi", "annulla iscrizione"],
    nl: ["stoppen", "afmelden", "uitschrijven"],
    pl: ["rezygnuję", "wypisz", "wypisz mnie"],
    pt: ["sair", "pare", "parar", "descadastrar", "cancelar inscrição"],
    ru: ["стоп", "отписаться", "отписка"],
    tr: ["dur", "durdur", "abonelikten çık"],
    zh: ["停止", "退订", "退訂", "取消订阅", "取消訂閱"],
  },
  start: {
    en: ["start", "unstop", "subscribe", "opt in", "opt-in", "optin"],
    ar: ["ابدأ", "ابدا", "اشتراك"],
    de: ["starten", "anmelden", "abonnieren"],
    es: ["alta", "darme de alta", "suscribir", "suscribirme"],
    fr: ["abonner", "m'abonner", "inscrire", "m'inscrire"],
    hi: ["शुरू करें", "सदस्यता लें"],
    id: ["mulai", "langganan", "berlangganan"],
    it: ["iscrivimi", "iscriviti"],
    nl: ["aanmelden", "inschrijven"],
    pl: ["zapisz", "zapisz mnie"],
    pt: ["inscrever", "cadastrar"],
    ru: ["старт", "подписаться", "подписка"],
    tr: ["başlat", "abone ol"],
    zh: ["开始", "開始", "订阅", "訂閱"],
  },
};

/**
 * A word as it is compared: trimmed, in small letters, without accents and without a full stop or exclamation mark at its
 * end, whatever form of the letters the keyboard wrote (Turkish dotted and dotless i are one letter here).
 */
export function foldKeyword(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replaceAll("ı", "i")
    .trim()
    .replace(/[\s.!。！]+$/u, "");
}

/** The words of all languages in one table. Which language has a word first keeps it. */
export function indexKeywords(words: KeywordsByLanguage): Map<string, string> {
  const languageOf = new Map<string, string>();
  for (const [language, list] of Object.entries(words)) {
    for (const word of list) {
      const folded = foldKeyword(word);
      if (folded !== "" && !languageOf.has(folded)) languageOf.set(folded, language);
    }
  }
  return languageOf;
}

/** Longer texts than this are no keyword; looking at them costs nothing then. */
export const KEYWORD_LENGTH_MAX = 64;

/** What a text asks for, if it is one of the words and nothing else; null otherwise. */
export function consentWishOf(keywords: ConsentKeywords, text: string): ConsentWish | null {
  if (text.length > 2 * KEYWORD_LENGTH_MAX) return null;
  const word = foldKeyword(text);
  const stop = keywords.stop.get(word);
  if (stop !== undefined) return { wish: "stop", language: stop };
  const start = keywords.start.get(word);
  return start === undefined ? null : { wish: "start", language: start };
}
