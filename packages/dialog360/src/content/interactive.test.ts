import { describe, expect, test } from "@jest/globals";
import { type Limit, letters, problemsOf, times } from "./testing/problems-of.ts";

const body = { text: "Which one?" };
const sent = (interactive: object) => ({ type: "interactive", interactive });

const reply = (index: number, more: object = {}) => {
  return { type: "reply", reply: { id: `b${index}`, title: `Title ${index}`, ...more } };
};
const buttons = (list: object[], more: object = {}) =>
  sent({ type: "button", body, ...more, action: { buttons: list } });
const oneButton = (more: object) => buttons([reply(0)], more);

const row = (index: number, more: object = {}) => ({ id: `r${index}`, title: `Row ${index}`, ...more });
const rowsOf = (sections: object[], more: object = {}) => {
  return sent({ type: "list", body, ...more, action: { button: "Choose", sections } });
};
const oneRow = (more: object) => rowsOf([{ rows: [row(0, more)] }]);

const ctaUrl = (parameters: object, more: object = {}) => {
  const all = { display_text: "See", url: "https://example.com", ...parameters };
  return sent({ type: "cta_url", body, ...more, action: { name: "cta_url", parameters: all } });
};
const flow = (parameters: object, more: object = {}) => {
  const all = { flow_message_version: "3", flow_id: "1", flow_cta: "Book", ...parameters };
  return sent({ type: "flow", body, ...more, action: { name: "flow", parameters: all } });
};
const address = (parameters: object) => {
  return sent({ type: "address_message", body, action: { name: "address_message", parameters } });
};
const call = (parameters: object) => {
  return sent({ type: "voice_call", body, action: { name: "voice_call", parameters } });
};
const named = (type: string, name = type, more: object = {}) => sent({ type, body, ...more, action: { name } });

const items = (count: number) => times(count, (index) => ({ product_retailer_id: `p${index}` }));
const products = (sections: object[], more: object = {}) => {
  const header = { type: "text", text: "Fruit" };
  return sent({ type: "product_list", header, body, ...more, action: { catalog_id: "1", sections } });
};

const cta = { name: "cta_url", parameters: { display_text: "See", url: "https://example.com" } };
const quick = (index: number, more: object = {}) => {
  return { type: "quick_reply", quick_reply: { id: `q${index}`, title: `Title ${index}`, ...more } };
};
const card = (card_index: number, more: object = {}) => {
  return { card_index, type: "cta_url", header: { type: "image", image: { id: "17" } }, action: cta, ...more };
};
const productCard = (card_index: number, catalog_id = "1") => {
  return { card_index, type: "product", action: { product_retailer_id: "p1", catalog_id } };
};
const cardsOf = (...cards: object[]) => sent({ type: "carousel", body, action: { cards } });
const cardWithText = (text: string) => cardsOf(card(0, { body: { text } }), card(1));
const cardWithButtons = (...list: object[]) =>
  cardsOf(card(0, { action: { buttons: list } }), card(1, { action: { buttons: list } }));

const file = { id: "17" };
const HEADERS: Readonly<Record<string, object>> = {
  text: { type: "text", text: "Header" },
  image: { type: "image", image: file },
  video: { type: "video", video: file },
  document: { type: "document", document: file },
};
const footer = { text: "Footer" };

const at = (place: string) => `/interactive/${place}`;

describe("a limit of an interactive message", () => {
  test.each<Limit>([
    [
      "text of a header",
      (size) => oneButton({ header: { type: "text", text: letters(size) } }),
      60,
      at("header/text: interactive.header.text is at most 60 characters"),
    ],
    [
      "footer",
      (size) => oneButton({ footer: { text: letters(size) } }),
      60,
      at("footer/text: interactive.footer.text is at most 60 characters"),
    ],
    [
      "footer of a list",
      (size) => rowsOf([{ rows: [row(0)] }], { footer: { text: letters(size) } }),
      60,
      at("footer/text: interactive.footer.text is at most 60 characters"),
    ],
    [
      "header of a list",
      (size) => rowsOf([{ rows: [row(0)] }], { header: { type: "text", text: letters(size) } }),
      60,
      at("header/text: interactive.header.text is at most 60 characters"),
    ],
    [
      "body of buttons",
      (size) => oneButton({ body: { text: letters(size) } }),
      1024,
      at("body/text: interactive.body.text is at most 1024 characters"),
    ],
    [
      "body of cta_url",
      (size) => ctaUrl({}, { body: { text: letters(size) } }),
      1024,
      at("body/text: interactive.body.text is at most 1024 characters"),
    ],
    [
      "body of a location request",
      (size) => named("location_request_message", "send_location", { body: { text: letters(size) } }),
      1024,
      at("body/text: interactive.body.text is at most 1024 characters"),
    ],
    [
      "body of a product",
      (size) =>
        sent({ type: "product", body: { text: letters(size) }, action: { catalog_id: "1", product_retailer_id: "p" } }),
      1024,
      at("body/text: interactive.body.text is at most 1024 characters"),
    ],
    [
      "body of a catalogue",
      (size) => named("catalog_message", "catalog_message", { body: { text: letters(size) } }),
      1024,
      at("body/text: interactive.body.text is at most 1024 characters"),
    ],
    [
      "body of a carousel",
      (size) => sent({ type: "carousel", body: { text: letters(size) }, action: { cards: [card(0), card(1)] } }),
      1024,
      at("body/text: interactive.body.text is at most 1024 characters"),
    ],
    [
      "body of a list",
      (size) => rowsOf([{ rows: [row(0)] }], { body: { text: letters(size) } }),
      4096,
      at("body/text: interactive.body.text is at most 4096 characters"),
    ],
    [
      "buttons",
      (size) => buttons(times(size, (index) => reply(index))),
      3,
      at("action/buttons: interactive.action.buttons has at most 3 buttons"),
    ],
    [
      "title of a button",
      (size) => buttons([reply(0, { title: letters(size) })]),
      20,
      at("action/buttons/0/reply/title: the title of a button is at most 20 characters"),
    ],
    [
      "id of a button",
      (size) => buttons([reply(0, { id: letters(size) })]),
      256,
      at("action/buttons/0/reply/id: the id of a button is at most 256 characters"),
    ],
    [
      "button of a list",
      (size) => sent({ type: "list", body, action: { button: letters(size), sections: [{ rows: [row(0)] }] } }),
      20,
      at("action/button: interactive.action.button is at most 20 characters"),
    ],
    [
      "rows in one section",
      (size) => rowsOf([{ rows: times(size, (index) => row(index)) }]),
      10,
      at("action/sections: interactive.action.sections has at most 10 rows in total"),
    ],
    [
      "rows in two sections",
      (size) =>
        rowsOf([
          { title: "A", rows: [row(99)] },
          { title: "B", rows: times(size, (index) => row(index)) },
        ]),
      9,
      at("action/sections: interactive.action.sections has at most 10 rows in total"),
    ],
    [
      "title of a section",
      (size) => rowsOf([{ title: letters(size), rows: [row(0)] }]),
      24,
      at("action/sections/0/title: the title of a section is at most 24 characters"),
    ],
    [
      "id of a row",
      (size) => oneRow({ id: letters(size) }),
      200,
      at("action/sections/0/rows/0/id: the id of a row is at most 200 characters"),
    ],
    [
      "title of a row",
      (size) => oneRow({ title: letters(size) }),
      24,
      at("action/sections/0/rows/0/title: the title of a row is at most 24 characters"),
    ],
    [
      "description of a row",
      (size) => oneRow({ description: letters(size) }),
      72,
      at("action/sections/0/rows/0/description: the description of a row is at most 72 characters"),
    ],
    [
      "label of cta_url",
      (size) => ctaUrl({ display_text: letters(size) }),
      20,
      at("action/parameters/display_text: display_text is at most 20 characters"),
    ],
    [
      "flow_cta",
      (size) => flow({ flow_cta: letters(size) }),
      30,
      at("action/parameters/flow_cta: flow_cta is at most 30 characters"),
    ],
    [
      "pin code",
      (size) => address({ country: "IN", values: { in_pin_code: letters(size) } }),
      6,
      at("action/parameters/values/in_pin_code: in_pin_code is at most 6 characters"),
    ],
    [
      "label of a call",
      (size) => call({ display_text: letters(size) }),
      20,
      at("action/parameters/display_text: display_text is at most 20 characters"),
    ],
    [
      "ttl_minutes of a call",
      (size) => call({ ttl_minutes: size }),
      43_200,
      at("action/parameters/ttl_minutes: ttl_minutes is at most 43200 (30 days)"),
    ],
    [
      "payload of a call",
      (size) => call({ payload: letters(size) }),
      512,
      at("action/parameters/payload: payload is at most 512 characters"),
    ],
    [
      "products",
      (size) =>
        products([
          { title: "A", product_items: items(10) },
          { title: "B", product_items: items(size - 10) },
        ]),
      30,
      at("action/sections: sections have at most 30 products in total"),
    ],
    [
      "sections of products",
      (size) => products(times(size, (index) => ({ title: `${index}`, product_items: items(1) }))),
      10,
      at("action/sections: sections has at most 10 sections"),
    ],
    [
      "title of a section of products",
      (size) => products([{ title: letters(size), product_items: items(1) }]),
      24,
      at("action/sections/0/title: the title of a section is at most 24 characters"),
    ],
    [
      "body of a card",
      (size) => cardWithText(letters(size)),
      160,
      at("action/cards/0/body/text: the body text of a card is at most 160 characters"),
    ],
    [
      "line breaks on a card",
      (size) => cardWithText(`a${"\nb".repeat(size)}`),
      2,
      at("action/cards/0/body/text: the body text of a card has at most 2 line breaks"),
    ],
    [
      "label on a card",
      (size) => {
        const long = { name: "cta_url", parameters: { ...cta.parameters, display_text: letters(size) } };
        return cardsOf(card(0, { action: long }), card(1));
      },
      20,
      at("action/cards/0/action/parameters/display_text: display_text is at most 20 characters"),
    ],
    [
      "title of a quick reply",
      (size) =>
        cardsOf(
          card(0, { action: { buttons: [quick(0, { title: letters(size) })] } }),
          card(1, { action: { buttons: [quick(0)] } }),
        ),
      20,
      at("action/cards/0/action/buttons/0/quick_reply/title: the title of a button is at most 20 characters"),
    ],
    [
      "flow_token",
      (size) => flow({ flow_token: letters(size) }),
      4096,
      at("action/parameters/flow_token: flow_token is at most 4096 characters"),
    ],
    [
      "a part of an address",
      (size) => address({ country: "IN", values: { city: letters(size) } }),
      1000,
      at("action/parameters/values/city: city is at most 1000 characters"),
    ],
    [
      "saved addresses",
      (size) => address({ country: "IN", saved_addresses: times(size, (index) => ({ id: `${index}`, value: {} })) }),
      100,
      at("action/parameters/saved_addresses: saved_addresses has at most 100 addresses"),
    ],
    [
      "quick replies of a card",
      (size) => {
        const action = { buttons: times(size, (index) => quick(index)) };
        return cardsOf(card(0, { action }), card(1, { action: { buttons: action.buttons.slice(0, 10) } }));
      },
      10,
      at("action/cards/0/action/buttons: action.buttons has at most 10 buttons"),
    ],
  ])("is kept, and one more is refused: %s", (_name, build, limit, problem) => {
    expect(problemsOf(build(limit))).toEqual([]);
    expect(problemsOf(build(limit + 1))).toEqual([problem]);
  });

  test("is kept for cards and their places: 2 to 10, from 0 to 9", () => {
    const at10 = times(10, (index) => card(index));

    expect(problemsOf(cardsOf(...at10))).toEqual([]);
    expect(problemsOf(cardsOf(...at10, card(10)))).toEqual([
      at("action/cards: interactive.action.cards has at most 10 cards"),
    ]);
    expect(problemsOf(cardsOf(card(0)))).toEqual([at("action/cards: interactive.action.cards has at least 2 cards")]);
    expect(problemsOf(cardsOf(card(0), card(10)))).toEqual([at("action/cards/1/card_index: card_index is 0 to 9")]);
    expect(problemsOf(cardsOf(card(-1), card(0)))).toEqual([at("action/cards/0/card_index: card_index is 0 to 9")]);
  });

  test("is kept for sections: 10, each of which has one row then", () => {
    const sections = (count: number) => times(count, (index) => ({ title: `${index}`, rows: [row(index)] }));

    expect(problemsOf(rowsOf(sections(10)))).toEqual([]);
    expect(problemsOf(rowsOf(sections(11)))).toEqual([
      at("action/sections: interactive.action.sections has at most 10 sections"),
    ]);
  });
});

describe("the header of an interactive message", () => {
  const kinds: readonly [type: string, build: (more: object) => object, headers: readonly string[]][] = [
    ["button", oneButton, ["text", "image", "video", "document"]],
    ["list", (more) => rowsOf([{ rows: [row(0)] }], more), ["text"]],
    ["cta_url", (more) => ctaUrl({}, more), ["text", "image", "video", "document"]],
    ["flow", (more) => flow({}, more), ["text", "image", "video", "document"]],
    ["location_request_message", (more) => named("location_request_message", "send_location", more), []],
    ["product_list", (more) => products([{ product_items: items(1) }], more), ["text"]],
    [
      "product",
      (more) => sent({ type: "product", action: { catalog_id: "1", product_retailer_id: "p" }, ...more }),
      [],
    ],
    ["catalog_message", (more) => named("catalog_message", "catalog_message", more), []],
    ["carousel", (more) => sent({ type: "carousel", body, action: { cards: [card(0), card(1)] }, ...more }), []],
    ["call_permission_request", (more) => named("call_permission_request", "call_permission_request", more), []],
    ["request_contact_info", (more) => named("request_contact_info", "request_contact_info", more), []],
  ];

  test.each(kinds)("is of a kind that the type has: %s", (_type, build, headers) => {
    for (const [kind, header] of Object.entries(HEADERS)) {
      const problems = problemsOf(build({ header }));
      expect([kind, problems.length === 0]).toEqual([kind, headers.includes(kind)]);
    }
  });

  test("says which kinds there are", () => {
    expect(problemsOf(oneButton({ header: { type: "sticker" } }))).toEqual([
      at("header/type: the type of this header is text, image, video or document"),
    ]);
    expect(problemsOf(rowsOf([{ rows: [row(0)] }], { header: HEADERS.image }))).toEqual([
      at("header/type: the type of this header is text"),
    ]);
  });

  test("is required for a list of products", () => {
    expect(problemsOf(products([{ product_items: items(1) }], { header: undefined }))).toEqual([
      at("header: interactive.header is required"),
    ]);
  });
});

describe("an interactive message is refused with a reason", () => {
  const twoSections = (first: object, second: object) => {
    return rowsOf([
      { rows: [row(0)], ...first },
      { rows: [row(1)], ...second },
    ]);
  };
  const video = { header: { type: "video", video: file } };

  test.each<[unknown, ...string[]]>([
    [{ type: "interactive" }, "/interactive: interactive is required"],
    [
      sent({ type: "order_details" }),
      at(
        "type: interactive.type is button, list, cta_url, flow, location_request_message, address_message, product, " +
          "product_list, catalog_message, carousel, call_permission_request, voice_call or request_contact_info; " +
          "another one can be sent with passthrough",
      ),
    ],
    [buttons([]), at("action/buttons: interactive.action.buttons has at least 1 button")],
    [sent({ type: "button", body, action: {} }), at("action/buttons: interactive.action.buttons is required")],
    [
      buttons([reply(0), reply(1, { title: "Title 0" })]),
      at("action/buttons/1/reply/title: two buttons have the title Title 0"),
    ],
    [buttons([reply(0), reply(1, { id: "b0" })]), at("action/buttons/1/reply/id: two buttons have the id b0")],
    [
      buttons([{ type: "url", reply: {} }]),
      at("action/buttons/0/type: the type of a button is reply"),
      at("action/buttons/0/reply/id: the id of a button is required"),
      at("action/buttons/0/reply/title: the title of a button is required"),
    ],
    [oneButton({ body: undefined }), at("body: Invalid input: expected object, received undefined")],
    [oneButton({ body: { text: "" } }), at("body/text: interactive.body.text is at least 1 character")],
    [rowsOf([]), at("action/sections: interactive.action.sections has at least 1 section")],
    [rowsOf([{ rows: [] }]), at("action/sections/0/rows: a section has at least 1 row")],
    [rowsOf([{ rows: [row(0), row(1, { id: "r0" })] }]), at("action/sections/0/rows/1/id: two rows have the id r0")],
    [
      twoSections({ title: "A" }, { title: "B", rows: [row(0)] }),
      at("action/sections/1/rows/0/id: two rows have the id r0"),
    ],
    [
      twoSections({}, { title: "B" }),
      at("action/sections/0/title: the title of a section is required if there is more than one"),
    ],
    [ctaUrl({ url: "example.com" }), at("action/parameters/url: url is a URL that starts with http:// or https://")],
    [
      sent({ type: "cta_url", body, action: { name: "url", parameters: cta.parameters } }),
      at("action/name: the name of this action is cta_url"),
    ],
    [flow({ flow_name: "booking" }), at("action/parameters: a flow has either a flow_id or a flow_name")],
    [flow({ flow_id: undefined }), at("action/parameters: a flow has either a flow_id or a flow_name")],
    [flow({ flow_cta: "Book 📅" }), at("action/parameters/flow_cta: flow_cta has no emoji")],
    [
      flow({ flow_message_version: 3 }),
      at("action/parameters/flow_message_version: flow_message_version is 3, as a text"),
    ],
    [flow({ flow_action: "go" }), at("action/parameters/flow_action: flow_action is navigate or data_exchange")],
    [flow({ mode: "test" }), at("action/parameters/mode: mode is draft or published")],
    [named("location_request_message"), at("action/name: the name of this action is send_location")],
    [named("location_request_message", "send_location", { footer }), '/interactive: Unrecognized key: "footer"'],
    [address({}), at("action/parameters/country: country is required")],
    [address({ country: "India" }), at("action/parameters/country: country is a code of two letters, such as IN")],
    [address({ country: "IN", values: { zip: "1" } }), at('action/parameters/values: Unrecognized key: "zip"')],
    [call({ ttl_minutes: 0 }), at("action/parameters/ttl_minutes: ttl_minutes is at least 1")],
    [
      named("request_contact_info", "contact_request"),
      at("action/name: the name of this action is request_contact_info"),
    ],
    [
      sent({ type: "product", action: { catalog_id: "1" } }),
      at("action/product_retailer_id: product_retailer_id is required"),
    ],
    [
      products([{ title: "A", product_items: [] }]),
      at("action/sections/0/product_items: product_items has at least 1 product"),
    ],
    [
      products([{ title: "A", product_items: items(1) }, { product_items: items(1) }]),
      at("action/sections/1/title: the title of a section is required if there is more than one"),
    ],
    [cardsOf(card(0), card(0)), at("action/cards/1/card_index: two cards have the card_index 0")],
    [cardsOf(card(0), card(1, video)), at("action/cards/1/header/type: the headers of all cards are of the same type")],
    [
      cardsOf(card(0, { header: HEADERS.text }), card(1)),
      at("action/cards/0/header/type: the type of a card's header is image or video"),
    ],
    [cardsOf(card(0), productCard(1)), at("action/cards/1/type: all cards are of the same type")],
    [
      cardsOf(productCard(0), productCard(1, "2")),
      at("action/cards/1/action/catalog_id: the products of all cards are of the same catalogue"),
    ],
    [
      cardsOf(card(0), card(1, { action: { buttons: [quick(0)] } })),
      at("action/cards/1/action: all cards have buttons of the same kind and number"),
    ],
    [
      cardsOf(card(0, { action: { buttons: [quick(0)] } }), card(1, { action: { buttons: [quick(0), quick(1)] } })),
      at("action/cards/1/action: all cards have buttons of the same kind and number"),
    ],
    [
      cardsOf(card(0, { action: { ...cta, buttons: [quick(0)] } }), card(1, { action: { buttons: [quick(0)] } })),
      at(
        "action/cards/0/action: the action of a card has either a name and parameters, for a URL button, or quick-reply buttons",
      ),
    ],
    [
      cardsOf(card(0, { action: { name: "cta_url" } }), card(1)),
      at(
        "action/cards/0/action: the action of a card has either a name and parameters, for a URL button, or quick-reply buttons",
      ),
    ],
    [
      cardWithButtons(quick(0), quick(1, { title: "Title 0" })),
      at("action/cards/0/action/buttons/1/quick_reply/title: two buttons of a card have the title Title 0"),
      at("action/cards/1/action/buttons/1/quick_reply/title: two buttons of a card have the title Title 0"),
    ],
    [
      cardWithButtons(quick(0), quick(1, { id: "q0" })),
      at("action/cards/0/action/buttons/1/quick_reply/id: two buttons of a card have the id q0"),
      at("action/cards/1/action/buttons/1/quick_reply/id: two buttons of a card have the id q0"),
    ],
    [
      cardsOf(card(0, { type: "quick_reply" }), card(1)),
      at("action/cards/0/type: the type of a card is cta_url or product"),
    ],
  ])("%#", (content, ...problems) => {
    expect(problemsOf(content)).toEqual(problems);
  });
});

test("a call for permission needs no body, and a call no parameters", () => {
  expect(problemsOf(named("call_permission_request", "call_permission_request", { body: undefined }))).toEqual([]);
  expect(problemsOf(named("voice_call"))).toEqual([]);
});

test("a button that says © is no emoji", () => {
  expect(problemsOf(flow({ flow_cta: "Book with Shrub™ ©" }))).toEqual([]);
});
