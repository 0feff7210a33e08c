import { expect, test } from "@jest/globals";
import { root } from "../workspace.ts";
import { brokenCompose } from "./rules.ts";

const GOOD = `
x-bounds: &bounds
  restart: unless-stopped
  read_only: true
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  deploy: { resources: { limits: { cpus: "1.0", memory: 1G } } }
services:
  redis:
    <<: *bounds
    image: redis:7.4.2-bookworm
    healthcheck: { test: ["CMD", "true"] }
  worker:
    <<: *bounds
    build: { target: worker }
    depends_on: { redis: { condition: service_healthy } }
    volumes: ["./deploy:/etc/tern:ro", "data:/data"]
    ports: ["127.0.0.1:8080:8080"]
    environment: { LOG_LEVEL: "\${LOG_LEVEL:-info}", API_KEY: "\${API_KEY:-}" }
    stop_grace_period: 45s
`;

const problems = (text: string) => brokenCompose(text, { folder: root, secrets: new Set(["API_KEY"]) });

test("nothing is said about a compose file in which nothing is wrong", () => {
  expect(problems(GOOD)).toEqual([]);
});

test.each([
  ["has no limits", 'deploy: { resources: { limits: { cpus: "1.0", memory: 1G } } }', "init: true", "has no limits"],
  ["can be written to", "read_only: true", "read_only: false", "can write into its image"],
  ["keeps capabilities", "cap_drop: [ALL]", "cap_drop: [CHOWN]", "keeps capabilities"],
  ["may gain privileges", '["no-new-privileges:true"]', "[]", "may gain privileges"],
  ["stays away when it dies", "restart: unless-stopped", "init: true", "does not say when it is restarted"],
  ["is open to other hosts", "127.0.0.1:8080:8080", "8080:8080", "is reached from other hosts"],
  ["is of any version", "redis:7.4.2-bookworm", "redis:7", "redis:7 is not one version"],
  ["cannot be asked how it is", 'healthcheck: { test: ["CMD", "true"] }', "init: true", "has no health check"],
  ["is told something nobody reads", "LOG_LEVEL:", "LOGLEVEL:", "nobody reads LOGLEVEL"],
  ["is told something it does not take", "LOG_LEVEL:-info", "LOG_LEVEL:-loud", 'LOG_LEVEL may not be "loud"'],
  ["mounts what is not there", "./deploy:", "./deployment:", "./deployment is not there"],
  ["is killed before its stop ends", "stop_grace_period: 45s", "stop_grace_period: 30s", "is killed after 30000 ms"],
  ["waits for somebody who is not there", "{ redis: {", "{ valkey: {", "valkey, which is not there"],
  ["does not wait until it is healthy", "service_healthy", "service_started", "but not until it is healthy"],
])("it is said when a service %s", (_what, from, to, said) => {
  expect(GOOD).toContain(from);
  expect(problems(GOOD.replace(from, to))).toContainEqual(expect.stringContaining(said));
});
