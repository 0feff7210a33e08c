// /openapi.json, and /docs: Swagger UI from this very server, so that it works where there is no internet, under a content
// security policy without inline scripts.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ApiResponse } from "../../http.ts";
import { createOpenApiDocument } from "../../openapi.ts";

const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  png: "image/png",
} as const;

/** The files of the page. Of Swagger UI's own, which are many and large, it needs three. */
const require = createRequire(import.meta.url);
const uiFolder = dirname(require.resolve("swagger-ui-dist/package.json"));
const FILES = {
  "/docs": join(import.meta.dirname, "page", "index.html"),
  "/docs/page.js": join(import.meta.dirname, "page", "page.js"),
  "/docs/swagger-ui.css": join(uiFolder, "swagger-ui.css"),
  "/docs/swagger-ui-bundle.js": join(uiFolder, "swagger-ui-bundle.js"),
  "/docs/favicon-32x32.png": join(uiFolder, "favicon-32x32.png"),
} as const;

interface Page {
  readonly path: string;
  readonly send: (response: ApiResponse) => void;
}

/** What each path answers; read or drawn when first asked for. */
export function documentPages(): Page[] {
  let description: string | undefined;
  const describe = () => {
    description ??= JSON.stringify(createOpenApiDocument());
    return description;
  };
  return [
    { path: "/openapi.json", send: (response) => send(response, "application/json", describe()) },
    ...Object.entries(FILES).map(([path, file]) => pageOf(path, file)),
  ];
}

function pageOf(path: string, file: string): Page {
  const type = TYPES[(file.split(".").at(-1) ?? "html") as keyof typeof TYPES];
  let content: Buffer | undefined;
  return {
    path,
    send: (response) => {
      content ??= readFileSync(file);
      send(response, type, content);
    },
  };
}

function send(response: ApiResponse, type: string, content: string | Buffer): void {
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", Buffer.byteLength(content));
  response.setHeader("Cache-Control", "no-cache"); // asked for again after every release
  response.end(content);
}
