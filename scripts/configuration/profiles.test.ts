// The profiles stand in two packages that may not import each other: their names and addresses where the deployment file is
// read, all the rest where the provider is spoken to.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { PROFILE_NAMES as NAMES_SPOKEN, PROFILES } from "@tern/dialog360";
import { loadDeployment, PROFILE_NAMES as NAMES_READ } from "@tern/runtime";

test("a profile that the deployment file may name is one that can be spoken to, and the reverse", () => {
  expect(NAMES_READ).toEqual(NAMES_SPOKEN);
});

test.each(NAMES_SPOKEN)("a sender of the profile %s is where the profile says, unless it says otherwise", (profile) => {
  const folder = mkdtempSync(join(tmpdir(), "tern-profiles-"));
  try {
    const path = join(folder, "tern.config.json");
    const secret = { env: "SECRET" };
    const ids = { phoneNumber: "+15550783881", phoneNumberId: "1", wabaId: "1", portfolio: "acme" };
    const senders = [{ id: "main", profile, ...ids, apiKey: secret }];
    writeFileSync(path, JSON.stringify({ senders, callers: [], webhook: { path: secret, metaAppSecrets: [secret] } }));
    const [sender] = loadDeployment(path, { SECRET: "a-secret-of-some-length" }).senders;
    expect(sender?.baseUrl).toBe(PROFILES[profile].baseUrl);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
