import { describe, expect, test } from "@jest/globals";
import { mediaRoute, PROFILE_NAMES, PROFILES, type ProviderAccount, routeOf, sendRoute } from "./profiles.ts";

function anAccount(fields: Partial<ProviderAccount> = {}): ProviderAccount {
  const profile = fields.profile ?? "360dialog";
  return {
    profile,
    apiVersion: profile === "meta" ? "v24.0" : null,
    baseUrl: PROFILES[profile].baseUrl,
    phoneNumberId: "106540352242922",
    wabaId: "102290129340398",
    apiKey: { reveal: () => "the-key" },
    ...fields,
  };
}

const pathsOf = (profile: ProviderAccount["profile"]) => {
  const account = anAccount({ profile });
  return {
    messages: sendRoute(account).path,
    marketing: sendRoute(account, "marketing_messages").path,
    mediaUpload: routeOf(account, "mediaUpload")?.path,
    media: routeOf(account, "media", "3141")?.path,
    templates: routeOf(account, "templates")?.path,
    template: routeOf(account, "template", "2718")?.path,
    health: routeOf(account, "health")?.path,
    blockedUsers: routeOf(account, "blockedUsers")?.path,
    webhook: routeOf(account, "webhook")?.path,
  };
};

test("360dialog's paths carry no version and no id of the number: the key selects it", () => {
  expect(pathsOf("360dialog")).toEqual({
    messages: "/messages",
    marketing: "/marketing_messages",
    mediaUpload: "/media",
    media: "/3141",
    templates: "/message_templates",
    template: "/2718",
    health: "/health_status",
    blockedUsers: "/block_users",
    webhook: "/v1/configs/webhook",
  });
});

test("the sandbox sends and takes a webhook, and everything else it cannot do", () => {
  const { messages, marketing, webhook, ...others } = pathsOf("360dialog-sandbox");
  expect({ messages, marketing, webhook }).toEqual({
    messages: "/v1/messages",
    marketing: "/v1/messages",
    webhook: "/v1/configs/webhook",
  });
  expect(Object.values(others).every((path) => path === undefined)).toBe(true);
});

test("Meta's paths carry the version, and the number or the account that they are about", () => {
  expect(pathsOf("meta")).toEqual({
    messages: "/v24.0/106540352242922/messages",
    marketing: "/v24.0/106540352242922/marketing_messages",
    mediaUpload: "/v24.0/106540352242922/media",
    media: "/v24.0/3141",
    templates: "/v24.0/102290129340398/message_templates",
    template: "/v24.0/2718",
    health: "/v24.0/106540352242922?fields=health_status",
    blockedUsers: "/v24.0/106540352242922/block_users",
    webhook: undefined,
  });
});

test.each(PROFILE_NAMES)("the profile %s is found under its own name", (name) => {
  expect(PROFILES[name].name).toBe(name);
});

test.each([
  ["360dialog", "D360-API-KEY", "the-key"],
  ["360dialog-sandbox", "D360-API-KEY", "the-key"],
  ["meta", "authorization", "Bearer the-key"],
] as const)("a number of the profile %s proves itself with %s", (profile, header, value) => {
  expect(sendRoute(anAccount({ profile })).auth).toEqual({ header, value });
});

test("a key that is replaced is used from the next call on", () => {
  let key = "old";
  const account = anAccount({ apiKey: { reveal: () => key } });
  expect(sendRoute(account).auth.value).toBe("old");
  key = "new";
  expect(sendRoute(account).auth.value).toBe("new");
});

test("an id cannot lead to another path, and a path whose id is missing is no path", () => {
  expect(routeOf(anAccount(), "media", "../messages?x=1")?.path).toBe("/..%2Fmessages%3Fx%3D1");
  expect(routeOf(anAccount(), "media")?.path).toBe("");
  expect(sendRoute(anAccount({ profile: "meta", apiVersion: null })).path).toBe("");
});

describe("the bytes of a media file", () => {
  const url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=3&ext=17&hash=AT%2Bx";
  const path = "/whatsapp_business/attachments/?mid=3&ext=17&hash=AT%2Bx";
  const originOf = (fields: Partial<ProviderAccount>, at = url) => {
    const route = mediaRoute(anAccount(fields), at);
    return route && [route.baseUrl, route.path];
  };

  test("come from 360dialog's own host, whatever host the URL names", () => {
    expect(originOf({})).toEqual(["https://waba-v2.360dialog.io", path]);
    expect(originOf({}, `https://evil.example${path}`)).toEqual(["https://waba-v2.360dialog.io", path]);
  });

  test("come from Meta's download host, and the token is shown to no other", () => {
    expect(originOf({ profile: "meta" })).toEqual(["https://lookaside.fbsbx.com", path]);
    for (const other of [
      "https://evil.example/x",
      "https://lookaside.fbsbx.com.evil.example/x",
      "http://lookaside.fbsbx.com/x",
      "https://lookaside.fbsbx.com:8443/x",
    ]) {
      expect(originOf({ profile: "meta" }, other)).toBeNull();
    }
  });

  test.each(PROFILE_NAMES)("come from the sender's own address if it has one (%s)", (profile) => {
    expect(originOf({ profile, baseUrl: "http://127.0.0.1:4010/wa" })).toEqual(["http://127.0.0.1:4010/wa", path]);
  });

  test("come from nowhere if the URL is none", () => {
    expect(originOf({}, "attachments")).toBeNull();
  });
});
