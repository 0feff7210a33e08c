// The OpenAPI description, drawn from the endpoints and their zod schemas: what is validated is what is documented.

import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { ENDPOINTS } from "./endpoints.ts";

/** Of the API, not of the software: it changes when callers have to know. */
const API_VERSION = "1.0.0";

const DESCRIPTION = `
Tern sends WhatsApp messages for other services: it queues, paces, sends, retries, and follows every message to its end.

Message bodies have the shapes of the WhatsApp Cloud API (\`type\`, \`text\`, \`template\`, \`context\`). Unknown fields are
refused, since a misspelt field would otherwise be lost in silence. Every error is a problem (RFC 9457) with a stable
\`type\`; problems of a body say with JSON pointers what is wrong and where, all of it at once.
`.trim();

/** The description as a plain object, ready for JSON. */
export function createOpenApiDocument() {
  return createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "Tern",
        version: API_VERSION,
        description: DESCRIPTION,
        license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
      },
      servers: [{ url: "/", description: "Where this description came from." }],
      security: [{ apiKey: [] }],
      tags: [
        { name: "Messages", description: "Sending messages and asking where they are." },
        {
          name: "Contacts",
          description: "The people that are written to: their consent, their windows, their erasure.",
        },
        { name: "Media", description: "Files: uploaded once, found by id, fetched whole." },
        { name: "Feeds", description: "What people write and what happens, entry by entry, with a cursor." },
        { name: "Conversations", description: "What is said about a conversation: read, typing, blocked." },
        {
          name: "Templates",
          description: "Templates of a sender's account: what is known of them, and changing them.",
        },
        { name: "Operating", description: "Looking after senders: what stops them, and what to do about it." },
      ],
      paths: pathsOf(),
      components: {
        securitySchemes: {
          apiKey: {
            type: "http",
            scheme: "bearer",
            description: "The API key of a caller, as the deployment names it.",
          },
        },
      },
    },
    {
      override: ({ jsonSchema, io }) => {
        // Answers may get new members at any time; a description that forbids them would make that a breaking change.
        if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        // The format says it; zod's pattern of 300 characters says it again.
        if (jsonSchema.format === "date-time" || jsonSchema.type === "integer") delete jsonSchema.pattern;
        // A union of one is that one.
        if (jsonSchema.oneOf?.length === 1) {
          Object.assign(jsonSchema, jsonSchema.oneOf[0]);
          delete jsonSchema.oneOf;
        }
      },
    },
  );
}

function pathsOf(): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, path, operation } of ENDPOINTS) {
    const documented = path.replace(/:(\w+)/g, "{$1}");
    paths[documented] = { ...paths[documented], [method]: operation };
  }
  return paths;
}
