import { expect, test } from "@jest/globals";
import { deploymentFile, makeSecrets, secretsEnv } from "./deployment.ts";

// The file stays behind if the demo is killed, and people copy it to begin with.
test("the deployment file holds no secret, only the names of the variables that do", () => {
  const secrets = makeSecrets();
  const text = JSON.stringify(deploymentFile({ secrets, simulatorUrl: "http://127.0.0.1:4010" }));
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
  for (const name of Object.keys(secretsEnv(secrets))) expect(text).toContain(`{"env":"${name}"}`);
});

test("secrets are new in each run", () => {
  expect(makeSecrets()).not.toEqual(makeSecrets());
});
