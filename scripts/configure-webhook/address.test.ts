import { describe, expect, test } from "@jest/globals";
import { shownAddress, webhookAddress } from "./address.ts";

const SECRET_PATH = "/a-path-that-nobody-guesses";
const PROVIDER = "https://waba-v2.360dialog.io";
const addressOf = (url: string, providerUrl = PROVIDER) => webhookAddress(url, SECRET_PATH, providerUrl);

describe("the address of the webhook", () => {
  test.each([
    ["https://hooks.example.com", "https://hooks.example.com/webhook/a-path-that-nobody-guesses"],
    ["https://hooks.example.com/", "https://hooks.example.com/webhook/a-path-that-nobody-guesses"],
    ["https://hooks.example.com:443", "https://hooks.example.com/webhook/a-path-that-nobody-guesses"],
    ["https://hooks.example.com/tern/", "https://hooks.example.com/tern/webhook/a-path-that-nobody-guesses"],
    [
      "https://hooks.example.com/webhook/a-path-that-nobody-guesses",
      "https://hooks.example.com/webhook/a-path-that-nobody-guesses",
    ],
  ])("of %s is %s", (url, address) => {
    expect(addressOf(url)).toBe(address);
  });

  test.each([
    ["hooks.example.com", "no address"],
    ["http://hooks.example.com", "https://"],
    ["ftp://hooks.example.com", "https://"],
    ["https://hooks.example.com:8443", "no port"],
    ["https://my_hooks.example.com", "no underscore"],
    ["https://hooks.my_example.com", "no underscore"],
    ["https://user:pw@hooks.example.com", "no user"],
    ["https://hooks.example.com/?a=1", "no user, no query"],
    ["https://hooks.example.com/#a", "no fragment"],
    ["http://127.0.0.1:8081", "cannot reach"],
    ["http://localhost:8081", "cannot reach"],
    ["https://[::1]", "cannot reach"],
  ])("is refused when it is %s", (url, why) => {
    expect(() => addressOf(url)).toThrow(why);
  });

  test.each(["http://127.0.0.1:8081", "http://localhost:8081", "http://[::1]:8081"])(
    "may be %s, port and all, for a provider on this machine",
    (url) => {
      expect(addressOf(url, "http://127.0.0.1:4010")).toBe(`${url}/webhook/a-path-that-nobody-guesses`);
    },
  );

  test("may be nothing but http, even on this machine", () => {
    expect(() => addressOf("ftp://127.0.0.1", "http://127.0.0.1:4010")).toThrow("http://");
  });
});

test.each([
  ["https://hooks.example.com/webhook/a-path-that-nobody-guesses", "https://hooks.example.com/webhook/…"],
  ["https://hooks.example.com/tern/webhook/x?key=1", "https://hooks.example.com/tern/webhook/…"],
  ["https://hooks.example.com/somebody-elses-secret", "https://hooks.example.com/…"],
  ["https://hooks.example.com/", "https://hooks.example.com"],
  ["none", "(no address)"],
])("%s is shown as %s", (url, shown) => {
  expect(shownAddress(url)).toBe(shown);
});
