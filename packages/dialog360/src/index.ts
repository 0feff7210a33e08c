// Everything that knows the provider. Outside this package nobody speaks of bodies, codes or headers of 360dialog's.

export {
  createDialog360Client,
  type Dialog360Client,
  type Dialog360ClientOptions,
  type SendRequest,
  type SendResult,
} from "./client.ts";
export {
  type Content,
  contentJson,
  contentSchema,
  contentSchemaWith,
  isFreeForm,
  isPassthrough,
  type TextContent,
  templateNameOf,
} from "./content/content.ts";
export { textContentSchema } from "./content/free-form-content.ts";
export { readStoredContent, type StoredContent, storedContent } from "./content/stored-content.ts";
export {
  type Fallback,
  fallbackSchema,
  type TemplateContent,
  templateContentSchema,
} from "./content/template-content.ts";
export { ERROR_CODES, type ErrorCode } from "./error-codes.ts";
export type { FailureClass } from "./judgement.ts";
export { MEDIA_CORRUPT } from "./management/checked-bytes.ts";
export { createManagementClient, type ManagementClient, type ManagementClientOptions } from "./management/client.ts";
export type { BlockedUser, BlockResult } from "./management/conversations.ts";
export type { HealthEntity, HealthStatus } from "./management/health.ts";
export type { MediaDownload, MediaInfo, MediaUpload } from "./management/media.ts";
export type { ManagementFailure, ManagementResult } from "./management/result.ts";
export type { CreatedTemplate, ProviderTemplate, TemplateFilter } from "./management/templates.ts";
export type { WebhookConfig } from "./management/webhook-config.ts";
export { ownWords } from "./own-words.ts";
export { STATUS_RULES, TEXT_RULES } from "./plain-answers.ts";
export {
  mediaRoute,
  type Operation,
  PROFILE_NAMES,
  PROFILES,
  type ProfileName,
  type ProviderAccount,
  type ProviderProfile,
  type Route,
  routeOf,
  sendRoute,
} from "./profiles.ts";
export {
  BSUID_PATTERN,
  buildSendBody,
  type CallbackData,
  formatCallbackData,
  type MarketingOptions,
  marketingFields,
  parseCallbackData,
  type SendBody,
} from "./send-body.ts";
export { equalSecret, verifySignature } from "./signature.ts";
export { checkAgainstDefinition, type TemplateFault, type TemplateUse } from "./templates/check.ts";
export { collectTemplates } from "./templates/collect.ts";
export {
  type TemplateCreation,
  type TemplateEdit,
  templateCreationSchema,
  templateEditSchema,
  templateEditShape,
} from "./templates/creation.ts";
export {
  categoryOfDefinition,
  definitionOf,
  readKept,
  sendabilityOf,
  TEMPLATE_CATEGORIES,
  type TemplateCategory,
  type TemplateDefinition,
} from "./templates/definition.ts";
export { afterEvent, afterList, heedOf, orderAfterEvent, type TemplateItem } from "./templates/events.ts";
export { type Expectations, expectationsOf } from "./templates/expectations.ts";
export { type Synced, syncTemplates, type TemplateStore } from "./templates/sync.ts";
export type {
  AccountAlertItem,
  AccountReviewItem,
  AccountUpdateItem,
  BusinessCapabilityItem,
  CallItem,
  CallStatusItem,
  FieldItem,
  MessageEchoItem,
  MessagingTier,
  OtherItem,
  PhoneNameItem,
  PhoneQualityItem,
  TemplateCategoryItem,
  TemplateComponentsItem,
  TemplateQualityItem,
  TemplateRef,
  TemplateStatusItem,
  UserIdUpdateItem,
  UserPreferencesItem,
} from "./webhook/field-items.ts";
export type {
  InboundContent,
  InboundContext,
  InboundError,
  InboundLocation,
  InboundMedia,
  InboundOrder,
  InteractiveReply,
  Referral,
  SharedContact,
  SharedPhone,
  SystemNotice,
} from "./webhook/inbound-shape.ts";
export type {
  AsideItem,
  Conversation,
  InboundItem,
  NumberErrorItem,
  Pricing,
  ReportedFailure,
  StatusItem,
  WebhookContact,
  WebhookItem,
} from "./webhook/items.ts";
export { parseWebhook, type WebhookContent } from "./webhook/parse.ts";
