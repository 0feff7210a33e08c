// Interactive messages that ask to choose: up to three buttons, or a list of up to ten rows. Source: docs/sources.md, sending,
// and M:messages/interactive-reply-buttons-messages, M:messages/interactive-list-messages.

import { z } from "zod";
import { characters } from "./characters.ts";
import { anyHeader, body, footer, LABEL_MAX, longBody, textHeader } from "./interactive-parts.ts";
import { list, refuseIn, refuseRepeats } from "./lists.ts";
import { refuseMissingTitles, SECTION_TITLE_MAX } from "./products.ts";

const BUTTONS_MAX = 3;
const BUTTON_ID_MAX = 256;
const SECTIONS_MAX = 10;
const ROWS_MAX = 10;
const ROW_ID_MAX = 200;
const ROW_TITLE_MAX = 24;
const ROW_DESCRIPTION_MAX = 72;

/** What a reply button says and what comes back when it is pressed; the same on a message and on a card. */
export const reply = z.strictObject({
  id: characters("the id of a button", { max: BUTTON_ID_MAX }).meta({ description: "Comes back in the answer." }),
  title: characters("the title of a button", { max: LABEL_MAX }),
});

const replyButtons = list(
  "interactive.action.buttons",
  z.strictObject({ type: z.literal("reply", "the type of a button is reply"), reply }),
  { max: BUTTONS_MAX, items: ["button", "buttons"] },
).superRefine((buttons, context) => {
  const refuse = refuseIn(context);
  const all = (field: "id" | "title") => {
    return buttons.map(({ reply }, position) => ({ value: reply[field], path: [position, "reply", field] }));
  };
  refuseRepeats(all("title"), "buttons have the title", refuse);
  refuseRepeats(all("id"), "buttons have the id", refuse);
});

export const buttonMessage = z
  .strictObject({
    type: z.literal("button"),
    header: anyHeader.optional(),
    body,
    footer,
    action: z.strictObject({ buttons: replyButtons }),
  })
  .meta({
    description: "Up to three buttons to answer with.",
    example: {
      type: "button",
      body: { text: "Shall we deliver today?" },
      action: {
        buttons: [
          { type: "reply", reply: { id: "today", title: "Yes" } },
          { type: "reply", reply: { id: "later", title: "Later" } },
        ],
      },
    },
  });

const row = z.strictObject({
  id: characters("the id of a row", { max: ROW_ID_MAX }).meta({ description: "Comes back in the answer." }),
  title: characters("the title of a row", { max: ROW_TITLE_MAX }),
  description: characters("the description of a row", { max: ROW_DESCRIPTION_MAX }).optional(),
});

const rowSections = list(
  "interactive.action.sections",
  z.strictObject({
    title: characters("the title of a section", { max: SECTION_TITLE_MAX }).optional(),
    rows: z.array(row).min(1, "a section has at least 1 row"),
  }),
  { max: SECTIONS_MAX, items: ["section", "sections"] },
).superRefine((sections, context) => {
  const refuse = refuseIn(context);
  const rows = sections.flatMap((section, at) => {
    return section.rows.map(({ id }, position) => ({ value: id, path: [at, "rows", position, "id"] }));
  });
  if (rows.length > ROWS_MAX) refuse([], `interactive.action.sections has at most ${ROWS_MAX} rows in total`);
  refuseRepeats(rows, "rows have the id", refuse);
  refuseMissingTitles(sections, refuse);
});

export const listMessage = z
  .strictObject({
    type: z.literal("list"),
    header: textHeader.optional(),
    body: longBody,
    footer,
    action: z.strictObject({
      button: characters("interactive.action.button", { max: LABEL_MAX }).meta({ description: "Opens the list." }),
      sections: rowSections,
    }),
  })
  .meta({
    description: "A list of up to ten rows to choose one of.",
    example: {
      type: "list",
      body: { text: "Which shipping do you prefer?" },
      action: {
        button: "Shipping options",
        sections: [{ rows: [{ id: "express", title: "Express", description: "Next day" }] }],
      },
    },
  });
