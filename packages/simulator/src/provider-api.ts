// What else of 360dialog's Messaging API the service uses, beside sending: webhook configuration, health status and
// the template list. None of it is hot, so it is plain Express.
import { type Request, type RequestHandler, type Response, Router } from "express";
import { checkWebhookConfig } from "./admin-checks.ts";
import type { TemplateOptions } from "./admin-types.ts";
import { invalidApiKey } from "./answers.ts";
import { type NumberState, setWebhook } from "./number.ts";
import { hashText } from "./prng.ts";
import type { World } from "./world.ts";

type Handler = (number: NumberState, request: Request, response: Response, nowMs: number) => void;

export function createProviderApi(world: World): Router {
  const router = Router();
  const forNumber =
    (handler: Handler): RequestHandler =>
    (request, response) => {
      const number = world.numbers.get(request.get("d360-api-key") ?? "");
      if (number) handler(number, request, response, world.clock.nowMs());
      else response.status(invalidApiKey.httpStatus).type("json").send(invalidApiKey.body);
    };

  router.get("/v1/configs/webhook", forNumber(getWebhook));
  router.post("/v1/configs/webhook", forNumber(postWebhook));
  router.get("/health_status", forNumber(getHealth));
  router.get("/message_templates", forNumber(getTemplates));
  return router;
}

function getWebhook({ options }: NumberState, _request: Request, response: Response): void {
  if (options.webhook) response.json({ url: options.webhook.url, headers: options.webhook.headers ?? {} });
  else response.status(404).json({ error: "No webhook is configured" });
}

function postWebhook(number: NumberState, request: Request, response: Response): void {
  const { url, headers = {} } = checkWebhookConfig(request.body, "body");
  setWebhook(number, { url, headers });
  response.json({ url, headers });
}

/** Shape: 360dialog "messaging/health-status". The overall value is the worst of the nodes; ours all say the same. */
function getHealth({ options }: NumberState, _request: Request, response: Response): void {
  const { canSendMessage, phoneNumberId, wabaId, portfolio } = options;
  const entity = (entityType: string, id: string) => ({
    entity_type: entityType,
    id,
    can_send_message: canSendMessage,
  });
  response.json({
    health_status: {
      can_send_message: canSendMessage,
      entities: [
        entity("PHONE_NUMBER", phoneNumberId),
        entity("WABA", wabaId),
        entity("BUSINESS", portfolio),
        { entity_type: "APP", id: "360dialog", can_send_message: "AVAILABLE" },
      ],
    },
    id: phoneNumberId,
  });
}

const TEMPLATES_PER_PAGE = 25;

/** Meta's shape; filters `name` and `status`, paging by `limit` and `after`. */
function getTemplates(number: NumberState, request: Request, response: Response, nowMs: number): void {
  const { name, status, after } = request.query;
  const limit = Number(request.query.limit ?? TEMPLATES_PER_PAGE);
  const matching = number.templates
    .list(nowMs)
    .filter((template) => (!name || template.name.includes(String(name))) && (!status || template.status === status));
  const start = after ? Number(Buffer.from(String(after), "base64url").toString()) : 0;
  const page = matching.slice(start, start + limit);
  const cursorAt = (at: number) => Buffer.from(String(at)).toString("base64url");
  const end = start + page.length;
  response.json({
    data: page.map(toMetaTemplate),
    paging: {
      cursors: { before: cursorAt(start), after: cursorAt(end) },
      ...(end < matching.length && { next: `/message_templates?limit=${limit}&after=${cursorAt(end)}` }),
    },
  });
}

function toMetaTemplate({ name, language, status, category, bodyParamsCount, headerParamsCount = 0 }: TemplateOptions) {
  const placeholders = (count: number) => Array.from({ length: count }, (_, at) => `{{${at + 1}}}`).join(" ");
  return {
    id: String(hashText(`${language}/${name}`)),
    name,
    language,
    status,
    category,
    parameter_format: "POSITIONAL",
    components: [
      ...(headerParamsCount > 0 ? [{ type: "HEADER", format: "TEXT", text: placeholders(headerParamsCount) }] : []),
      { type: "BODY", text: `Simulated ${placeholders(bodyParamsCount)}` },
    ],
  };
}
