// /openapi.json, and /docs: Swagger UI from this very server, so that it works where there is no internet, under a content
// security policy without inline scripts.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Express } from "express";
import type { ApiRequest, ApiResponse } from "../../http.ts";
import { createOpenApiDocument } from "../../openapi.ts";

const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  png: "image/png",
} as const;

/** The files of the page: path under /docs, and where each is. Of the package's 30 files these four are needed. */
const uiFolder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const FILES = {
  "/docs": join(import.meta.dirname, "page", "index.html"),
  "/docs/page.js": join(import.meta.dirname, "page", "page.js"),
  "/docs/swagger-ui.css": join(uiFolder, "swagger-ui.css"),
  "/docs/swagger-ui-bundle.js": join(uiFolder, "swagger-ui-bundle.js"),
  "/docs/favicon-32x32.png": join(uiFolder, "favicon-32x32.png"),
} as const;

/** Adds the routes; the methods they do not offer are left to others. */
export function mountDocs(app: Pick<Express, "get">): string[] {
  let description: string | undefined;
  app.get("/openapi.json", (_request: ApiRequest, response: ApiResponse) => {
    response.locals.route = "/openapi.json";
    description ??= JSON.stringify(createOpenApiDocument());
    send(response, "application/json", description);
  });
  for (const [path, file] of Object.entries(FILES)) {
    const type = TYPES[(file.split(".").at(-1) ?? "html") as keyof typeof TYPES];
    let content: Buffer | undefined;
    app.get(path, (_request: ApiRequest, response: ApiResponse) => {
      response.locals.route = "/docs";
      content ??= readFileSync(file);
      send(response, type, content);
    });
  }
  return ["/openapi.json", ...Object.keys(FILES)];
}

function send(response: ApiResponse, type: string, content: string | Buffer): void {
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", Buffer.byteLength(content));
  response.setHeader("Cache-Control", "no-cache"); // asked for again after every release
  response.end(content);
}
