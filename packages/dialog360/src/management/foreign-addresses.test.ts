// Addresses come in the provider's answers. Whatever they say, Tern connects to the sender's own provider and to nobody
// else: not to the loopback, not to a cloud's metadata, not to where a redirect leads.

import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mediaRoute, PROFILES, type ProviderAccount } from "../profiles.ts";
import { type Answers, json, type ManagementWorld, managementWorld } from "./testing/management-world.ts";

/** Something inside the network that nobody outside should reach: it counts who does. */
let inside: Server;
let insideUrl: string;
let reached: string[];
beforeAll(async () => {
  inside = createServer((request, response) => {
    reached.push(`${request.url} ${request.headers["d360-api-key"] ?? "no key"}`);
    response.end("what nobody may read");
  }).listen(0, "127.0.0.1");
  await once(inside, "listening");
  insideUrl = `http://127.0.0.1:${(inside.address() as AddressInfo).port}`;
});
beforeEach(() => {
  reached = [];
});
afterAll(() => {
  inside.closeAllConnections();
  inside.close();
});

let world: ManagementWorld;
afterEach(() => world.stop());

const MEDIA = "314";
const lookedUp = (url: string) => json({ url, mime_type: "image/png", sha256: null, file_size: null, id: MEDIA });
async function download(answers: Answers, fields: Partial<ProviderAccount> = {}) {
  world = await managementWorld(answers);
  return world.client.downloadMedia(world.account(fields), MEDIA);
}

const portOfInside = () => new URL(insideUrl).port;
const HOSTILE: [string, () => string][] = [
  ["the loopback", () => `${insideUrl}/secret`],
  ["the loopback by name", () => `http://localhost:${portOfInside()}/secret`],
  ["the loopback in IPv6", () => `http://[::1]:${portOfInside()}/secret`],
  ["the loopback mapped into IPv6", () => `http://[::ffff:127.0.0.1]:${portOfInside()}/secret`],
  ["the loopback as one number", () => `http://2130706433:${portOfInside()}/secret`],
  ["the loopback in octal", () => `http://0177.0.0.1:${portOfInside()}/secret`],
  ["every address", () => `http://0.0.0.0:${portOfInside()}/secret`],
  ["a cloud's metadata", () => "http://169.254.169.254/latest/meta-data/"],
  ["a private network", () => "https://10.0.0.1/secret"],
  ["a name that leads inside", () => `http://127.0.0.1.nip.io:${portOfInside()}/secret`],
  ["a user that looks like the provider", () => `https://lookaside.fbsbx.com@127.0.0.1:${portOfInside()}/secret`],
  ["a backslash", () => `https:\\\\127.0.0.1:${portOfInside()}\\secret`],
  ["a tab in the host", () => `http://127.0.\t0.1:${portOfInside()}/secret`],
];

describe("a media address that leads to", () => {
  test.each(HOSTILE)("%s is asked of the provider itself", async (_what, url) => {
    await download({ [`GET /${MEDIA}`]: lookedUp(url()) });
    expect(reached).toEqual([]);
    expect(world.seen.length).toBeGreaterThanOrEqual(2); // the look-up, and its answer's path at the same host
  });

  test.each(HOSTILE)("%s is refused for Meta, whose downloads have a host of their own", async (_what, url) => {
    world = await managementWorld();
    const { baseUrl } = PROFILES.meta;
    expect(mediaRoute(world.account({ profile: "meta", baseUrl }), url())).toBeNull();
  });

  test.each(["file:///etc/passwd", "gopher://127.0.0.1/x", "data:text/plain,x", "javascript:1", "//127.0.0.1/x", ""])(
    "no web address (%j) connects nowhere but to the provider",
    async (url) => {
      const result = await download({ [`GET /${MEDIA}`]: lookedUp(url) });
      expect(result).toHaveProperty("failure");
      expect(reached).toEqual([]);
    },
  );
});

describe.each([301, 302, 303, 307, 308])("a redirect (%i) is an answer, and is not followed", (status) => {
  const redirect = (response: ServerResponse) =>
    void response.writeHead(status, { location: `${insideUrl}/secret` }).end();

  test("of a look-up", async () => {
    expect(await download({ [`GET /${MEDIA}`]: redirect })).toHaveProperty("failure");
    expect(reached).toEqual([]);
  });

  test("of a download", async () => {
    const answers = { [`GET /${MEDIA}`]: lookedUp("https://lookaside.fbsbx.com/file"), "GET /file": redirect };
    expect(await download(answers)).toHaveProperty("failure");
    expect(reached).toEqual([]);
  });
});

test.each(["../../v1/configs/webhook", "314/../../x", "314?x=1", "314#x", "%2e%2e", "314\r\nX: y"])(
  "a media id that is none (%j) is asked of nobody",
  async (id) => {
    world = await managementWorld();
    expect(await world.client.downloadMedia(world.account(), id)).toHaveProperty("failure");
    expect(world.seen).toEqual([]);
  },
);
