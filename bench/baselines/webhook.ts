// Baseline process: the least a webhook receiver can do: Express parses the JSON and answers 200.
import type { AddressInfo } from "node:net";
import express from "express";

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(express.json({ limit: "4mb" }));
app.post("/webhook", (_request, response) => {
  response.status(200).end();
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ msg: "ready", port: (server.address() as AddressInfo).port }));
});
