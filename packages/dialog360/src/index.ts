// Everything that knows the provider. Outside this package nobody speaks of bodies, codes or headers of 360dialog's.

export {
  createDialog360Client,
  type Dialog360Client,
  type Dialog360ClientOptions,
  type SendRequest,
  type SendResult,
} from "./client.ts";
export { type Content, contentJson, contentSchema, type TextContent, textContentSchema } from "./content.ts";
export { ERROR_CODES, type ErrorCode } from "./error-codes.ts";
export type { FailureClass } from "./judgement.ts";
export { STATUS_RULES, TEXT_RULES } from "./plain-answers.ts";
export { buildSendBody, type CallbackData, formatCallbackData, parseCallbackData } from "./send-body.ts";
export { equalSecret, verifySignature } from "./signature.ts";
export { type TemplateContent, templateContentSchema } from "./template-content.ts";
export { parseWebhook, type WebhookContent } from "./webhook.ts";
export type {
  AsideItem,
  InboundItem,
  NumberErrorItem,
  OtherItem,
  Pricing,
  ReportedFailure,
  StatusItem,
  WebhookItem,
} from "./webhook-items.ts";
