// Generated from docs/openapi.json by `node scripts/generate-client.ts`; not to be edited.

export interface components {
    schemas: {
        /** @description A message in the shapes of the WhatsApp Cloud API, and how to send it. */
        MessageRequest: (components["schemas"]["TextMessageRequest"] | components["schemas"]["ImageMessageRequest"] | components["schemas"]["VideoMessageRequest"] | components["schemas"]["AudioMessageRequest"] | components["schemas"]["DocumentMessageRequest"] | components["schemas"]["StickerMessageRequest"] | components["schemas"]["LocationMessageRequest"] | components["schemas"]["ContactsMessageRequest"] | components["schemas"]["ReactionMessageRequest"] | components["schemas"]["InteractiveMessageRequest"] | components["schemas"]["TemplateMessageRequest"]) | components["schemas"]["PassthroughMessageRequest"];
        /** @description A free-form text; needs an open customer service window. */
        TextMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "text";
            text: {
                /** @description The text; WhatsApp's formatting characters work. */
                body: string;
                /** @description Show a preview of the first URL in the text. */
                preview_url?: boolean;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A template that is sent instead if the recipient's customer service window is closed when the message would go. For free-form messages only. */
        Fallback: {
            /** @constant */
            type: "template";
            template: {
                /** @description Name of an approved template of the sender's account. */
                name: string;
                language: {
                    /** @description Language and locale of the approved template. */
                    code: string;
                    /** @constant */
                    policy?: "deterministic";
                };
                /** @description What is filled into the template, if it has variables. */
                components?: ({
                    /** @constant */
                    type: "header";
                    parameters: ({
                        /** @constant */
                        type: "text";
                        text: string;
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    } | {
                        /** @constant */
                        type: "image";
                        image: {
                            /** @description Id of an uploaded file; faster than a link. */
                            id?: string;
                            /**
                             * Format: uri
                             * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                             */
                            link?: string;
                        };
                    } | {
                        /** @constant */
                        type: "video";
                        video: {
                            /** @description Id of an uploaded file; faster than a link. */
                            id?: string;
                            /**
                             * Format: uri
                             * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                             */
                            link?: string;
                        };
                    } | {
                        /** @constant */
                        type: "document";
                        document: {
                            /** @description Id of an uploaded file; faster than a link. */
                            id?: string;
                            /**
                             * Format: uri
                             * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                             */
                            link?: string;
                            /** @description What the recipient sees as the name of the file. */
                            filename?: string;
                        };
                    } | {
                        /** @constant */
                        type: "location";
                        location: {
                            /** @description Degrees north, as a number or a text. */
                            latitude: number | string;
                            /** @description Degrees east, as a number or a text. */
                            longitude: number | string;
                            name?: string;
                            address?: string;
                        };
                    } | {
                        /** @constant */
                        type: "product";
                        product: {
                            product_retailer_id: string;
                            catalog_id: string;
                        };
                    })[];
                } | {
                    /** @constant */
                    type: "body";
                    parameters: ({
                        /** @constant */
                        type: "text";
                        text: string;
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    } | {
                        /** @constant */
                        type: "currency";
                        currency: {
                            fallback_value: string;
                            code: string;
                            amount_1000: number;
                        };
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    } | {
                        /** @constant */
                        type: "date_time";
                        date_time: {
                            fallback_value: string;
                        };
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    })[];
                } | ({
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "quick_reply" | "QUICK_REPLY";
                    parameters: {
                        /** @constant */
                        type: "payload";
                        payload: string;
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "url" | "URL";
                    parameters: {
                        /** @constant */
                        type: "text";
                        text: string;
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "copy_code" | "COPY_CODE";
                    parameters: {
                        /** @constant */
                        type: "coupon_code";
                        coupon_code: string;
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "flow" | "FLOW";
                    parameters?: {
                        /** @constant */
                        type: "action";
                        action: {
                            flow_token?: string;
                            flow_action_data?: {
                                [key: string]: unknown;
                            };
                        };
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "catalog" | "CATALOG";
                    parameters?: {
                        /** @constant */
                        type: "action";
                        action: {
                            thumbnail_product_retailer_id?: string;
                        };
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "mpm" | "MPM";
                    parameters: {
                        /** @constant */
                        type: "action";
                        action: {
                            thumbnail_product_retailer_id?: string;
                            sections: {
                                title?: string;
                                product_items: {
                                    product_retailer_id: string;
                                }[];
                            }[];
                        };
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /** @enum {string} */
                    sub_type: "voice_call" | "VOICE_CALL";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    parameters?: ({
                        /** @constant */
                        type: "ttl_minutes";
                        ttl_minutes: number;
                    } | {
                        /** @constant */
                        type: "payload";
                        payload: string;
                    })[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "order_details" | "ORDER_DETAILS";
                    parameters: {
                        /** @constant */
                        type: "action";
                        action: {
                            order_details: {
                                [key: string]: unknown;
                            };
                        };
                    }[];
                }) | {
                    /** @constant */
                    type: "carousel";
                    /** @description Exactly as many cards as the template was created with. */
                    cards: {
                        /** @description Place of the card, from 0. */
                        card_index: number;
                        components: ({
                            /** @constant */
                            type: "header";
                            parameters: ({
                                /** @constant */
                                type: "image";
                                image: {
                                    /** @description Id of an uploaded file; faster than a link. */
                                    id?: string;
                                    /**
                                     * Format: uri
                                     * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                                     */
                                    link?: string;
                                };
                            } | {
                                /** @constant */
                                type: "video";
                                video: {
                                    /** @description Id of an uploaded file; faster than a link. */
                                    id?: string;
                                    /**
                                     * Format: uri
                                     * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                                     */
                                    link?: string;
                                };
                            } | {
                                /** @constant */
                                type: "product";
                                product: {
                                    product_retailer_id: string;
                                    catalog_id: string;
                                };
                            })[];
                        } | {
                            /** @constant */
                            type: "body";
                            parameters: ({
                                /** @constant */
                                type: "text";
                                text: string;
                                /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                                parameter_name?: string;
                            } | {
                                /** @constant */
                                type: "currency";
                                currency: {
                                    fallback_value: string;
                                    code: string;
                                    amount_1000: number;
                                };
                                /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                                parameter_name?: string;
                            } | {
                                /** @constant */
                                type: "date_time";
                                date_time: {
                                    fallback_value: string;
                                };
                                /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                                parameter_name?: string;
                            })[];
                        } | ({
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "quick_reply" | "QUICK_REPLY";
                            parameters: {
                                /** @constant */
                                type: "payload";
                                payload: string;
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "url" | "URL";
                            parameters: {
                                /** @constant */
                                type: "text";
                                text: string;
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "copy_code" | "COPY_CODE";
                            parameters: {
                                /** @constant */
                                type: "coupon_code";
                                coupon_code: string;
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "flow" | "FLOW";
                            parameters?: {
                                /** @constant */
                                type: "action";
                                action: {
                                    flow_token?: string;
                                    flow_action_data?: {
                                        [key: string]: unknown;
                                    };
                                };
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "catalog" | "CATALOG";
                            parameters?: {
                                /** @constant */
                                type: "action";
                                action: {
                                    thumbnail_product_retailer_id?: string;
                                };
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "mpm" | "MPM";
                            parameters: {
                                /** @constant */
                                type: "action";
                                action: {
                                    thumbnail_product_retailer_id?: string;
                                    sections: {
                                        title?: string;
                                        product_items: {
                                            product_retailer_id: string;
                                        }[];
                                    }[];
                                };
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /** @enum {string} */
                            sub_type: "voice_call" | "VOICE_CALL";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            parameters?: ({
                                /** @constant */
                                type: "ttl_minutes";
                                ttl_minutes: number;
                            } | {
                                /** @constant */
                                type: "payload";
                                payload: string;
                            })[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "order_details" | "ORDER_DETAILS";
                            parameters: {
                                /** @constant */
                                type: "action";
                                action: {
                                    order_details: {
                                        [key: string]: unknown;
                                    };
                                };
                            }[];
                        }))[];
                    }[];
                } | {
                    /** @constant */
                    type: "limited_time_offer";
                    parameters: {
                        /** @constant */
                        type: "limited_time_offer";
                        limited_time_offer: {
                            expiration_time_ms: number;
                        };
                    }[];
                })[];
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
        };
        /** @description A picture: JPEG or PNG of up to 5 MB; needs an open customer service window. */
        ImageMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "image";
            image: {
                /** @description Id of an uploaded file; faster than a link. */
                id?: string;
                /**
                 * Format: uri
                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                 */
                link?: string;
                /** @description Shown below the file. */
                caption?: string;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A video: MP4 or 3GPP of up to 16 MB; needs an open customer service window. */
        VideoMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "video";
            video: {
                /** @description Id of an uploaded file; faster than a link. */
                id?: string;
                /**
                 * Format: uri
                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                 */
                link?: string;
                /** @description Shown below the file. */
                caption?: string;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A sound of up to 16 MB, or a voice note; needs an open customer service window. */
        AudioMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "audio";
            audio: {
                /** @description Id of an uploaded file; faster than a link. */
                id?: string;
                /**
                 * Format: uri
                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                 */
                link?: string;
                /** @description A voice note: ogg with OPUS, mono; up to 512 KB it has a play button at once. */
                voice?: boolean;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A document of up to 100 MB; needs an open customer service window. */
        DocumentMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "document";
            document: {
                /** @description Id of an uploaded file; faster than a link. */
                id?: string;
                /**
                 * Format: uri
                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                 */
                link?: string;
                /** @description Shown below the file. */
                caption?: string;
                /** @description What the recipient sees as the name of the file. */
                filename?: string;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A sticker: WebP of up to 100 KB, animated up to 500 KB; needs an open customer service window. */
        StickerMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "sticker";
            sticker: {
                /** @description Id of an uploaded file; faster than a link. */
                id?: string;
                /**
                 * Format: uri
                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                 */
                link?: string;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A place on the map; needs an open customer service window. */
        LocationMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "location";
            location: {
                /** @description Degrees north, as a number or a text. */
                latitude: number | string;
                /** @description Degrees east, as a number or a text. */
                longitude: number | string;
                name?: string;
                address?: string;
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description Contact cards; needs an open customer service window. */
        ContactsMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "contacts";
            contacts: {
                name: {
                    /** @description The name that the message shows. */
                    formatted_name: string;
                    first_name?: string;
                    last_name?: string;
                    middle_name?: string;
                    suffix?: string;
                    prefix?: string;
                };
                phones?: {
                    phone?: string;
                    type?: string;
                    /** @description Their WhatsApp id; without it the card shows an invitation button. */
                    wa_id?: string;
                }[];
                emails?: {
                    email?: string;
                    type?: string;
                }[];
                addresses?: {
                    street?: string;
                    city?: string;
                    state?: string;
                    zip?: string;
                    country?: string;
                    country_code?: string;
                    type?: string;
                }[];
                org?: {
                    company?: string;
                    department?: string;
                    title?: string;
                };
                urls?: {
                    url?: string;
                    type?: string;
                }[];
                /** Format: date */
                birthday?: string;
            }[];
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description An emoji at a message; needs an open customer service window. */
        ReactionMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "reaction";
            reaction: {
                /** @description The wamid of a message of the last 30 days that is not a reaction itself. */
                message_id: string;
                /** @description One emoji; empty takes the reaction back. */
                emoji: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A message with buttons, a list, products or cards; needs an open customer service window. */
        InteractiveMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "interactive";
            interactive: {
                /** @constant */
                type: "button";
                /** @description Shown above the body: a text, an image, a video or a document. */
                header?: {
                    /** @constant */
                    type: "text";
                    text: string;
                } | {
                    /** @constant */
                    type: "image";
                    image: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "video";
                    video: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "document";
                    document: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                        /** @description What the recipient sees as the name of the file. */
                        filename?: string;
                    };
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    buttons: {
                        /** @constant */
                        type: "reply";
                        reply: {
                            /** @description Comes back in the answer. */
                            id: string;
                            title: string;
                        };
                    }[];
                };
            } | {
                /** @constant */
                type: "list";
                /** @description Shown above the body: a text. */
                header?: {
                    /** @constant */
                    type: "text";
                    text: string;
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    /** @description Opens the list. */
                    button: string;
                    sections: {
                        title?: string;
                        rows: {
                            /** @description Comes back in the answer. */
                            id: string;
                            title: string;
                            description?: string;
                        }[];
                    }[];
                };
            } | {
                /** @constant */
                type: "cta_url";
                /** @description Shown above the body: a text, an image, a video or a document. */
                header?: {
                    /** @constant */
                    type: "text";
                    text: string;
                } | {
                    /** @constant */
                    type: "image";
                    image: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "video";
                    video: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "document";
                    document: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                        /** @description What the recipient sees as the name of the file. */
                        filename?: string;
                    };
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "cta_url";
                    parameters: {
                        /** @description What the button says. */
                        display_text: string;
                        /** Format: uri */
                        url: string;
                    };
                };
            } | {
                /** @constant */
                type: "flow";
                /** @description Shown above the body: a text, an image, a video or a document. */
                header?: {
                    /** @constant */
                    type: "text";
                    text: string;
                } | {
                    /** @constant */
                    type: "image";
                    image: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "video";
                    video: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "document";
                    document: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                        /** @description What the recipient sees as the name of the file. */
                        filename?: string;
                    };
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "flow";
                    parameters: {
                        /** @constant */
                        flow_message_version: "3";
                        flow_id?: string;
                        flow_name?: string;
                        /** @description Comes back in the answer. */
                        flow_token?: string;
                        /** @description What the button says. */
                        flow_cta: string;
                        /** @enum {string} */
                        flow_action?: "navigate" | "data_exchange";
                        flow_action_payload?: {
                            screen?: string;
                            data?: {
                                [key: string]: unknown;
                            };
                        };
                        /** @enum {string} */
                        mode?: "draft" | "published";
                    };
                };
            } | {
                /** @constant */
                type: "location_request_message";
                body: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "send_location";
                };
            } | {
                /** @constant */
                type: "address_message";
                /** @description Shown above the body: a text, an image, a video or a document. */
                header?: {
                    /** @constant */
                    type: "text";
                    text: string;
                } | {
                    /** @constant */
                    type: "image";
                    image: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "video";
                    video: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "document";
                    document: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                        /** @description What the recipient sees as the name of the file. */
                        filename?: string;
                    };
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "address_message";
                    parameters: {
                        country: string;
                        values?: {
                            name?: string;
                            phone_number?: string;
                            in_pin_code?: string;
                            house_number?: string;
                            floor_number?: string;
                            tower_number?: string;
                            building_name?: string;
                            address?: string;
                            landmark_area?: string;
                            city?: string;
                            state?: string;
                        };
                        saved_addresses?: {
                            id: string;
                            value: {
                                name?: string;
                                phone_number?: string;
                                in_pin_code?: string;
                                house_number?: string;
                                floor_number?: string;
                                tower_number?: string;
                                building_name?: string;
                                address?: string;
                                landmark_area?: string;
                                city?: string;
                                state?: string;
                            };
                        }[];
                        validation_errors?: {
                            [key: string]: string;
                        };
                    };
                };
            } | {
                /** @constant */
                type: "product";
                body?: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    product_retailer_id: string;
                    catalog_id: string;
                };
            } | {
                /** @constant */
                type: "product_list";
                /** @description Shown above the body: a text. */
                header: {
                    /** @constant */
                    type: "text";
                    text: string;
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    catalog_id: string;
                    sections: {
                        title?: string;
                        product_items: {
                            product_retailer_id: string;
                        }[];
                    }[];
                };
            } | {
                /** @constant */
                type: "catalog_message";
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "catalog_message";
                    parameters?: {
                        thumbnail_product_retailer_id?: string;
                    };
                };
            } | {
                /** @constant */
                type: "carousel";
                body: {
                    text: string;
                };
                action: {
                    cards: ({
                        /** @description Place of the card, from 0. */
                        card_index: number;
                        /** @constant */
                        type: "cta_url";
                        header: {
                            /** @constant */
                            type: "image";
                            image: {
                                /** @description Id of an uploaded file; faster than a link. */
                                id?: string;
                                /**
                                 * Format: uri
                                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                                 */
                                link?: string;
                            };
                        } | {
                            /** @constant */
                            type: "video";
                            video: {
                                /** @description Id of an uploaded file; faster than a link. */
                                id?: string;
                                /**
                                 * Format: uri
                                 * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                                 */
                                link?: string;
                            };
                        };
                        body?: {
                            text: string;
                        };
                        action: {
                            /** @constant */
                            name?: "cta_url";
                            parameters?: {
                                /** @description What the button says. */
                                display_text: string;
                                /** Format: uri */
                                url: string;
                            };
                            buttons?: {
                                /** @constant */
                                type: "quick_reply";
                                quick_reply: {
                                    /** @description Comes back in the answer. */
                                    id: string;
                                    title: string;
                                };
                            }[];
                        };
                    } | {
                        /** @description Place of the card, from 0. */
                        card_index: number;
                        /** @constant */
                        type: "product";
                        action: {
                            product_retailer_id: string;
                            catalog_id: string;
                        };
                    })[];
                };
            } | {
                /** @constant */
                type: "call_permission_request";
                body?: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "call_permission_request";
                };
            } | {
                /** @constant */
                type: "voice_call";
                /** @description Shown above the body: a text, an image, a video or a document. */
                header?: {
                    /** @constant */
                    type: "text";
                    text: string;
                } | {
                    /** @constant */
                    type: "image";
                    image: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "video";
                    video: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                    };
                } | {
                    /** @constant */
                    type: "document";
                    document: {
                        /** @description Id of an uploaded file; faster than a link. */
                        id?: string;
                        /**
                         * Format: uri
                         * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                         */
                        link?: string;
                        /** @description What the recipient sees as the name of the file. */
                        filename?: string;
                    };
                };
                body: {
                    text: string;
                };
                footer?: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "voice_call";
                    parameters?: {
                        display_text?: string;
                        ttl_minutes?: number;
                        payload?: string;
                    };
                };
            } | {
                /** @enum {string} */
                type: "request_contact_info" | "contact_request";
                body: {
                    text: string;
                };
                action: {
                    /** @constant */
                    name: "request_contact_info";
                };
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A message from an approved template; may be sent at any time. */
        TemplateMessageRequest: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "template";
            template: {
                /** @description Name of an approved template of the sender's account. */
                name: string;
                language: {
                    /** @description Language and locale of the approved template. */
                    code: string;
                    /** @constant */
                    policy?: "deterministic";
                };
                /** @description What is filled into the template, if it has variables. */
                components?: ({
                    /** @constant */
                    type: "header";
                    parameters: ({
                        /** @constant */
                        type: "text";
                        text: string;
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    } | {
                        /** @constant */
                        type: "image";
                        image: {
                            /** @description Id of an uploaded file; faster than a link. */
                            id?: string;
                            /**
                             * Format: uri
                             * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                             */
                            link?: string;
                        };
                    } | {
                        /** @constant */
                        type: "video";
                        video: {
                            /** @description Id of an uploaded file; faster than a link. */
                            id?: string;
                            /**
                             * Format: uri
                             * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                             */
                            link?: string;
                        };
                    } | {
                        /** @constant */
                        type: "document";
                        document: {
                            /** @description Id of an uploaded file; faster than a link. */
                            id?: string;
                            /**
                             * Format: uri
                             * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                             */
                            link?: string;
                            /** @description What the recipient sees as the name of the file. */
                            filename?: string;
                        };
                    } | {
                        /** @constant */
                        type: "location";
                        location: {
                            /** @description Degrees north, as a number or a text. */
                            latitude: number | string;
                            /** @description Degrees east, as a number or a text. */
                            longitude: number | string;
                            name?: string;
                            address?: string;
                        };
                    } | {
                        /** @constant */
                        type: "product";
                        product: {
                            product_retailer_id: string;
                            catalog_id: string;
                        };
                    })[];
                } | {
                    /** @constant */
                    type: "body";
                    parameters: ({
                        /** @constant */
                        type: "text";
                        text: string;
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    } | {
                        /** @constant */
                        type: "currency";
                        currency: {
                            fallback_value: string;
                            code: string;
                            amount_1000: number;
                        };
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    } | {
                        /** @constant */
                        type: "date_time";
                        date_time: {
                            fallback_value: string;
                        };
                        /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                        parameter_name?: string;
                    })[];
                } | ({
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "quick_reply" | "QUICK_REPLY";
                    parameters: {
                        /** @constant */
                        type: "payload";
                        payload: string;
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "url" | "URL";
                    parameters: {
                        /** @constant */
                        type: "text";
                        text: string;
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "copy_code" | "COPY_CODE";
                    parameters: {
                        /** @constant */
                        type: "coupon_code";
                        coupon_code: string;
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "flow" | "FLOW";
                    parameters?: {
                        /** @constant */
                        type: "action";
                        action: {
                            flow_token?: string;
                            flow_action_data?: {
                                [key: string]: unknown;
                            };
                        };
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "catalog" | "CATALOG";
                    parameters?: {
                        /** @constant */
                        type: "action";
                        action: {
                            thumbnail_product_retailer_id?: string;
                        };
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "mpm" | "MPM";
                    parameters: {
                        /** @constant */
                        type: "action";
                        action: {
                            thumbnail_product_retailer_id?: string;
                            sections: {
                                title?: string;
                                product_items: {
                                    product_retailer_id: string;
                                }[];
                            }[];
                        };
                    }[];
                } | {
                    /** @constant */
                    type: "button";
                    /** @enum {string} */
                    sub_type: "voice_call" | "VOICE_CALL";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    parameters?: ({
                        /** @constant */
                        type: "ttl_minutes";
                        ttl_minutes: number;
                    } | {
                        /** @constant */
                        type: "payload";
                        payload: string;
                    })[];
                } | {
                    /** @constant */
                    type: "button";
                    /**
                     * @description Position of the button in the template, from 0.
                     * @enum {unknown}
                     */
                    index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                    /** @enum {string} */
                    sub_type: "order_details" | "ORDER_DETAILS";
                    parameters: {
                        /** @constant */
                        type: "action";
                        action: {
                            order_details: {
                                [key: string]: unknown;
                            };
                        };
                    }[];
                }) | {
                    /** @constant */
                    type: "carousel";
                    /** @description Exactly as many cards as the template was created with. */
                    cards: {
                        /** @description Place of the card, from 0. */
                        card_index: number;
                        components: ({
                            /** @constant */
                            type: "header";
                            parameters: ({
                                /** @constant */
                                type: "image";
                                image: {
                                    /** @description Id of an uploaded file; faster than a link. */
                                    id?: string;
                                    /**
                                     * Format: uri
                                     * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                                     */
                                    link?: string;
                                };
                            } | {
                                /** @constant */
                                type: "video";
                                video: {
                                    /** @description Id of an uploaded file; faster than a link. */
                                    id?: string;
                                    /**
                                     * Format: uri
                                     * @description A public URL. WhatsApp caches what it fetches for 10 minutes per URL.
                                     */
                                    link?: string;
                                };
                            } | {
                                /** @constant */
                                type: "product";
                                product: {
                                    product_retailer_id: string;
                                    catalog_id: string;
                                };
                            })[];
                        } | {
                            /** @constant */
                            type: "body";
                            parameters: ({
                                /** @constant */
                                type: "text";
                                text: string;
                                /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                                parameter_name?: string;
                            } | {
                                /** @constant */
                                type: "currency";
                                currency: {
                                    fallback_value: string;
                                    code: string;
                                    amount_1000: number;
                                };
                                /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                                parameter_name?: string;
                            } | {
                                /** @constant */
                                type: "date_time";
                                date_time: {
                                    fallback_value: string;
                                };
                                /** @description For templates with named parameters, such as first_name for {{first_name}}. */
                                parameter_name?: string;
                            })[];
                        } | ({
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "quick_reply" | "QUICK_REPLY";
                            parameters: {
                                /** @constant */
                                type: "payload";
                                payload: string;
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "url" | "URL";
                            parameters: {
                                /** @constant */
                                type: "text";
                                text: string;
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "copy_code" | "COPY_CODE";
                            parameters: {
                                /** @constant */
                                type: "coupon_code";
                                coupon_code: string;
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "flow" | "FLOW";
                            parameters?: {
                                /** @constant */
                                type: "action";
                                action: {
                                    flow_token?: string;
                                    flow_action_data?: {
                                        [key: string]: unknown;
                                    };
                                };
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "catalog" | "CATALOG";
                            parameters?: {
                                /** @constant */
                                type: "action";
                                action: {
                                    thumbnail_product_retailer_id?: string;
                                };
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "mpm" | "MPM";
                            parameters: {
                                /** @constant */
                                type: "action";
                                action: {
                                    thumbnail_product_retailer_id?: string;
                                    sections: {
                                        title?: string;
                                        product_items: {
                                            product_retailer_id: string;
                                        }[];
                                    }[];
                                };
                            }[];
                        } | {
                            /** @constant */
                            type: "button";
                            /** @enum {string} */
                            sub_type: "voice_call" | "VOICE_CALL";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            parameters?: ({
                                /** @constant */
                                type: "ttl_minutes";
                                ttl_minutes: number;
                            } | {
                                /** @constant */
                                type: "payload";
                                payload: string;
                            })[];
                        } | {
                            /** @constant */
                            type: "button";
                            /**
                             * @description Position of the button in the template, from 0.
                             * @enum {unknown}
                             */
                            index: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
                            /** @enum {string} */
                            sub_type: "order_details" | "ORDER_DETAILS";
                            parameters: {
                                /** @constant */
                                type: "action";
                                action: {
                                    order_details: {
                                        [key: string]: unknown;
                                    };
                                };
                            }[];
                        }))[];
                    }[];
                } | {
                    /** @constant */
                    type: "limited_time_offer";
                    parameters: {
                        /** @constant */
                        type: "limited_time_offer";
                        limited_time_offer: {
                            expiration_time_ms: number;
                        };
                    }[];
                })[];
            };
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /**
             * @description true sends what the type names without looking at it.
             * @constant
             */
            passthrough?: false;
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        };
        /** @description A content that is sent as it is: of a type that Tern does not know, or one that you know better. Beside the flag it has one field of the type's name. */
        PassthroughMessageRequest: {
            type: string;
            /**
             * @description The content is sent without being looked at.
             * @constant
             */
            passthrough: true;
            /** @description Makes the message a quoted reply. */
            context?: {
                /** @description The wamid of the message that is quoted. */
                message_id: string;
            };
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @description The recipient in any international spelling with a plus; it is kept as + and digits. */
            to?: string;
            /** @description The recipient's business-scoped user id, for somebody whose number is not known. If there is a `to`, that counts. */
            recipient?: string;
            fallback?: components["schemas"]["Fallback"];
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @default normal
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /** @description Data of your own, at most 2 KiB as JSON, given back with the message; nothing reads it. */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description Not sent before this time, at most 30 days ahead. A time that has passed means at once.
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @description Not sent after this time: its status becomes `expired`. Not together with ttlSeconds.
             */
            expiresAt?: string;
            /** @description The same, in seconds from now, or from sendAt if there is one. Not together with expiresAt. */
            ttlSeconds?: number;
            /**
             * @description If the provider's answer is lost and no webhook tells in time whether it was sent: send it again (it may arrive twice), or fail it (it may not arrive). Left out, the deployment decides by lane.
             * @enum {string}
             */
            onDoubt?: "resend" | "fail";
        } & {
            [key: string]: unknown;
        };
        /**
         * @description `queued`: accepted; waits for its time, its turn or the pace (the reason says which)
         *
         *     `sending`: on the wire; the provider has not answered yet
         *
         *     `unconfirmed`: put on the wire, answer lost: the provider may or may not have it
         *
         *     `canceled`: taken back by a caller before it was sent
         *
         *     `expired`: not sent before its expiresAt
         *
         *     `failed`: will not be delivered; code, class, reason and hint say why
         *
         *     `submitted`: the provider took it; its wamid is known
         *
         *     `sent`: the provider sent it on towards the recipient
         *
         *     `delivered`: it is on the recipient's device
         *
         *     `read`: the recipient saw it
         *
         *     `played`: the recipient played the voice message
         * @enum {string}
         */
        Status: "queued" | "sending" | "unconfirmed" | "canceled" | "expired" | "failed" | "submitted" | "sent" | "delivered" | "read" | "played";
        BatchRequest: {
            messages: components["schemas"]["MessageRequest"][];
        };
        CancelFilter: {
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @enum {string} */
            status?: "queued" | "unconfirmed";
            /** @description The class of what went wrong last. */
            class?: string;
            /** @description Meta's code of what went wrong last. */
            code?: number;
            template?: string;
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            caller?: string;
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /**
             * Format: date-time
             * @description Accepted at this time or later.
             */
            acceptedFrom?: string;
            /**
             * Format: date-time
             * @description Accepted before this time.
             */
            acceptedTo?: string;
            /**
             * @description The most messages of one page.
             * @default 1000
             */
            limit?: number;
            /** @description From the answer before: its nextCursor, with the same filter. */
            cursor?: string;
        };
        RetryFilter: {
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            /** @constant */
            status?: "failed";
            /** @description The class of what went wrong last. */
            class?: string;
            /** @description Meta's code of what went wrong last. */
            code?: number;
            template?: string;
            /**
             * @description urgent overtakes all (one-time passwords); bulk yields to the others and is not kept in order (campaigns); normal is for the rest.
             * @enum {string}
             */
            lane?: "urgent" | "normal" | "bulk";
            caller?: string;
            /** @description A name of your own, such as an order number; messages can be found by it. Need not be unique. */
            reference?: string;
            /**
             * Format: date-time
             * @description Accepted at this time or later.
             */
            acceptedFrom?: string;
            /**
             * Format: date-time
             * @description Accepted before this time.
             */
            acceptedTo?: string;
            /**
             * @description The most messages of one page.
             * @default 1000
             */
            limit?: number;
            /** @description From the answer before: its nextCursor, with the same filter. */
            cursor?: string;
        };
        ConsentRequest: {
            /**
             * @description What the person said.
             * @enum {string}
             */
            state: "opted-in" | "opted-out";
            /**
             * Format: date-time
             * @description When the person said it; left out: now. Statements are ordered by this time, so an older one that arrives late is kept and overrules nothing; of two of one moment the opt-out counts.
             */
            at?: string;
            /**
             * @description `import` for evidence that was collected before.
             * @default api
             * @enum {string}
             */
            source?: "api" | "import";
            /** @description What shows it: the words of the form, an address, a recording's name. */
            proof?: string;
        };
        ConsentsRequest: {
            /** @description Which of your numbers it is sent from: the id of a sender that your API key may use. */
            sender: string;
            consents: components["schemas"]["ConsentItem"][];
        };
        ConsentItem: {
            /** @description A phone number in any international spelling with a plus, or a BSUID. */
            contact: string;
            /**
             * @description Of templates, as Meta sorts them. Only `marketing` is held back by what a contact said.
             * @enum {string}
             */
            category: "marketing" | "utility" | "authentication";
            /**
             * @description What the person said.
             * @enum {string}
             */
            state: "opted-in" | "opted-out";
            /**
             * Format: date-time
             * @description When the person said it; left out: now. Statements are ordered by this time, so an older one that arrives late is kept and overrules nothing; of two of one moment the opt-out counts.
             */
            at?: string;
            /**
             * @description `import` for evidence that was collected before.
             * @default api
             * @enum {string}
             */
            source?: "api" | "import";
            /** @description What shows it: the words of the form, an address, a recording's name. */
            proof?: string;
        };
        MarkRead: {
            /** @description Also shows the person that an answer is being written: for 25 seconds, or until it comes. */
            typing?: boolean;
        };
        BlockRequest: {
            /** @description Phone numbers with a plus, or BSUIDs. */
            users: string[];
        };
        PaceRequest: {
            /** @description Messages per second; null: the configured pace again. */
            perSecond: number | null;
        };
        TierRequest: {
            /** @description Different recipients outside their window in any 24 hours; null: as configured again. */
            tier: number | null;
            /** @description Places of it that bulk leaves to the other lanes; null: as configured again. Left out: as it is. */
            reserve?: number | null;
        };
        /** @description A template in the shape of Meta's Business Management API. */
        TemplateCreation: {
            /** @description Unique per language in the account. */
            name: string;
            language: string;
            /** @description MARKETING, UTILITY or AUTHENTICATION. */
            category: string;
            /** @description Whether its variables are {{1}}, {{2}}, … (the default) or {{first_name}}, … */
            parameter_format?: string;
            allow_category_change?: boolean;
            /** @description How long the provider tries to deliver a message; its bounds depend on the category. */
            message_send_ttl_seconds?: number;
            bid_spec?: {
                [key: string]: unknown;
            };
            /** @description In Meta's shape. */
            components: ({
                /** @enum {string} */
                type: "HEADER" | "header";
                /** @enum {string} */
                format: "TEXT" | "text" | "IMAGE" | "image" | "VIDEO" | "video" | "DOCUMENT" | "document" | "LOCATION" | "location" | "PRODUCT" | "product" | "GIF" | "gif";
                text?: string;
                example?: {
                    header_text?: string[];
                    header_text_named_params?: {
                        param_name: string;
                        example: string;
                    }[];
                    header_handle?: string[];
                };
            } | {
                /** @enum {string} */
                type: "BODY" | "body";
                text?: string;
                add_security_recommendation?: boolean;
                example?: {
                    body_text?: string[][] | string[];
                    body_text_named_params?: {
                        param_name: string;
                        example: string;
                    }[];
                };
            } | {
                /** @enum {string} */
                type: "FOOTER" | "footer";
                text?: string;
                code_expiration_minutes?: number;
            } | {
                /** @enum {string} */
                type: "BUTTONS" | "buttons";
                buttons: ({
                    /** @enum {string} */
                    type: "QUICK_REPLY" | "quick_reply";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "URL" | "url";
                    text: string;
                    url: string;
                    example?: string | string[];
                } | {
                    /** @enum {string} */
                    type: "PHONE_NUMBER" | "phone_number";
                    text: string;
                    phone_number: string;
                } | {
                    /** @enum {string} */
                    type: "COPY_CODE" | "copy_code";
                    text?: string;
                    example: string | string[];
                } | {
                    /** @enum {string} */
                    type: "FLOW" | "flow";
                    text: string;
                    flow_id?: string;
                    flow_name?: string;
                    flow_json?: string;
                    /** @enum {string} */
                    flow_action?: "navigate" | "data_exchange";
                    navigate_screen?: string;
                    icon?: string;
                } | {
                    /** @enum {string} */
                    type: "CATALOG" | "catalog";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "MPM" | "mpm";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "SPM" | "spm";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "VOICE_CALL" | "voice_call";
                    text: string;
                    ttl_minutes?: number;
                } | {
                    /** @enum {string} */
                    type: "ORDER_DETAILS" | "order_details";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "OTP" | "otp";
                    /** @enum {string} */
                    otp_type: "COPY_CODE" | "copy_code" | "ONE_TAP" | "one_tap" | "ZERO_TAP" | "zero_tap";
                    text?: string;
                    autofill_text?: string;
                    zero_tap_terms_accepted?: boolean;
                    supported_apps?: {
                        package_name: string;
                        signature_hash: string;
                    }[];
                })[];
            } | {
                /** @enum {string} */
                type: "CAROUSEL" | "carousel";
                cards: {
                    components: ({
                        /** @enum {string} */
                        type: "HEADER" | "header";
                        /** @enum {string} */
                        format: "TEXT" | "text" | "IMAGE" | "image" | "VIDEO" | "video" | "DOCUMENT" | "document" | "LOCATION" | "location" | "PRODUCT" | "product" | "GIF" | "gif";
                        text?: string;
                        example?: {
                            header_text?: string[];
                            header_text_named_params?: {
                                param_name: string;
                                example: string;
                            }[];
                            header_handle?: string[];
                        };
                    } | {
                        /** @enum {string} */
                        type: "BODY" | "body";
                        text?: string;
                        add_security_recommendation?: boolean;
                        example?: {
                            body_text?: string[][] | string[];
                            body_text_named_params?: {
                                param_name: string;
                                example: string;
                            }[];
                        };
                    } | {
                        /** @enum {string} */
                        type: "BUTTONS" | "buttons";
                        buttons: ({
                            /** @enum {string} */
                            type: "QUICK_REPLY" | "quick_reply";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "URL" | "url";
                            text: string;
                            url: string;
                            example?: string | string[];
                        } | {
                            /** @enum {string} */
                            type: "PHONE_NUMBER" | "phone_number";
                            text: string;
                            phone_number: string;
                        } | {
                            /** @enum {string} */
                            type: "COPY_CODE" | "copy_code";
                            text?: string;
                            example: string | string[];
                        } | {
                            /** @enum {string} */
                            type: "FLOW" | "flow";
                            text: string;
                            flow_id?: string;
                            flow_name?: string;
                            flow_json?: string;
                            /** @enum {string} */
                            flow_action?: "navigate" | "data_exchange";
                            navigate_screen?: string;
                            icon?: string;
                        } | {
                            /** @enum {string} */
                            type: "CATALOG" | "catalog";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "MPM" | "mpm";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "SPM" | "spm";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "VOICE_CALL" | "voice_call";
                            text: string;
                            ttl_minutes?: number;
                        } | {
                            /** @enum {string} */
                            type: "ORDER_DETAILS" | "order_details";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "OTP" | "otp";
                            /** @enum {string} */
                            otp_type: "COPY_CODE" | "copy_code" | "ONE_TAP" | "one_tap" | "ZERO_TAP" | "zero_tap";
                            text?: string;
                            autofill_text?: string;
                            zero_tap_terms_accepted?: boolean;
                            supported_apps?: {
                                package_name: string;
                                signature_hash: string;
                            }[];
                        })[];
                    })[];
                }[];
            } | {
                /** @enum {string} */
                type: "LIMITED_TIME_OFFER" | "limited_time_offer";
                limited_time_offer: {
                    text: string;
                    has_expiration?: boolean;
                };
            } | {
                /** @enum {string} */
                type: "CALL_PERMISSION_REQUEST" | "call_permission_request";
            })[];
        };
        /** @description What is to change of a template; its components as a whole. */
        TemplateEdit: {
            /** @description MARKETING, UTILITY or AUTHENTICATION. */
            category?: string;
            /** @description All of them: those that are left out are gone. */
            components?: ({
                /** @enum {string} */
                type: "HEADER" | "header";
                /** @enum {string} */
                format: "TEXT" | "text" | "IMAGE" | "image" | "VIDEO" | "video" | "DOCUMENT" | "document" | "LOCATION" | "location" | "PRODUCT" | "product" | "GIF" | "gif";
                text?: string;
                example?: {
                    header_text?: string[];
                    header_text_named_params?: {
                        param_name: string;
                        example: string;
                    }[];
                    header_handle?: string[];
                };
            } | {
                /** @enum {string} */
                type: "BODY" | "body";
                text?: string;
                add_security_recommendation?: boolean;
                example?: {
                    body_text?: string[][] | string[];
                    body_text_named_params?: {
                        param_name: string;
                        example: string;
                    }[];
                };
            } | {
                /** @enum {string} */
                type: "FOOTER" | "footer";
                text?: string;
                code_expiration_minutes?: number;
            } | {
                /** @enum {string} */
                type: "BUTTONS" | "buttons";
                buttons: ({
                    /** @enum {string} */
                    type: "QUICK_REPLY" | "quick_reply";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "URL" | "url";
                    text: string;
                    url: string;
                    example?: string | string[];
                } | {
                    /** @enum {string} */
                    type: "PHONE_NUMBER" | "phone_number";
                    text: string;
                    phone_number: string;
                } | {
                    /** @enum {string} */
                    type: "COPY_CODE" | "copy_code";
                    text?: string;
                    example: string | string[];
                } | {
                    /** @enum {string} */
                    type: "FLOW" | "flow";
                    text: string;
                    flow_id?: string;
                    flow_name?: string;
                    flow_json?: string;
                    /** @enum {string} */
                    flow_action?: "navigate" | "data_exchange";
                    navigate_screen?: string;
                    icon?: string;
                } | {
                    /** @enum {string} */
                    type: "CATALOG" | "catalog";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "MPM" | "mpm";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "SPM" | "spm";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "VOICE_CALL" | "voice_call";
                    text: string;
                    ttl_minutes?: number;
                } | {
                    /** @enum {string} */
                    type: "ORDER_DETAILS" | "order_details";
                    text: string;
                } | {
                    /** @enum {string} */
                    type: "OTP" | "otp";
                    /** @enum {string} */
                    otp_type: "COPY_CODE" | "copy_code" | "ONE_TAP" | "one_tap" | "ZERO_TAP" | "zero_tap";
                    text?: string;
                    autofill_text?: string;
                    zero_tap_terms_accepted?: boolean;
                    supported_apps?: {
                        package_name: string;
                        signature_hash: string;
                    }[];
                })[];
            } | {
                /** @enum {string} */
                type: "CAROUSEL" | "carousel";
                cards: {
                    components: ({
                        /** @enum {string} */
                        type: "HEADER" | "header";
                        /** @enum {string} */
                        format: "TEXT" | "text" | "IMAGE" | "image" | "VIDEO" | "video" | "DOCUMENT" | "document" | "LOCATION" | "location" | "PRODUCT" | "product" | "GIF" | "gif";
                        text?: string;
                        example?: {
                            header_text?: string[];
                            header_text_named_params?: {
                                param_name: string;
                                example: string;
                            }[];
                            header_handle?: string[];
                        };
                    } | {
                        /** @enum {string} */
                        type: "BODY" | "body";
                        text?: string;
                        add_security_recommendation?: boolean;
                        example?: {
                            body_text?: string[][] | string[];
                            body_text_named_params?: {
                                param_name: string;
                                example: string;
                            }[];
                        };
                    } | {
                        /** @enum {string} */
                        type: "BUTTONS" | "buttons";
                        buttons: ({
                            /** @enum {string} */
                            type: "QUICK_REPLY" | "quick_reply";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "URL" | "url";
                            text: string;
                            url: string;
                            example?: string | string[];
                        } | {
                            /** @enum {string} */
                            type: "PHONE_NUMBER" | "phone_number";
                            text: string;
                            phone_number: string;
                        } | {
                            /** @enum {string} */
                            type: "COPY_CODE" | "copy_code";
                            text?: string;
                            example: string | string[];
                        } | {
                            /** @enum {string} */
                            type: "FLOW" | "flow";
                            text: string;
                            flow_id?: string;
                            flow_name?: string;
                            flow_json?: string;
                            /** @enum {string} */
                            flow_action?: "navigate" | "data_exchange";
                            navigate_screen?: string;
                            icon?: string;
                        } | {
                            /** @enum {string} */
                            type: "CATALOG" | "catalog";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "MPM" | "mpm";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "SPM" | "spm";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "VOICE_CALL" | "voice_call";
                            text: string;
                            ttl_minutes?: number;
                        } | {
                            /** @enum {string} */
                            type: "ORDER_DETAILS" | "order_details";
                            text: string;
                        } | {
                            /** @enum {string} */
                            type: "OTP" | "otp";
                            /** @enum {string} */
                            otp_type: "COPY_CODE" | "copy_code" | "ONE_TAP" | "one_tap" | "ZERO_TAP" | "zero_tap";
                            text?: string;
                            autofill_text?: string;
                            zero_tap_terms_accepted?: boolean;
                            supported_apps?: {
                                package_name: string;
                                signature_hash: string;
                            }[];
                        })[];
                    })[];
                }[];
            } | {
                /** @enum {string} */
                type: "LIMITED_TIME_OFFER" | "limited_time_offer";
                limited_time_offer: {
                    text: string;
                    has_expiration?: boolean;
                };
            } | {
                /** @enum {string} */
                type: "CALL_PERMISSION_REQUEST" | "call_permission_request";
            })[];
            /** @description How long the provider tries to deliver a message; its bounds depend on the category. */
            message_send_ttl_seconds?: number;
            bid_spec?: {
                [key: string]: unknown;
            };
        };
        AcceptedMessage: {
            /** @description Tern's id of the message. */
            id: string;
            /** @constant */
            status: "queued";
            sender: string;
            /** @description The recipient: a phone number in E.164, or a business-scoped user id. */
            to: string;
            /** @enum {string} */
            lane: "urgent" | "normal" | "bulk";
            type: string;
            reference: string | null;
            /** Format: date-time */
            sendAt: string | null;
        };
        /** @description A problem (RFC 9457). */
        Problem: {
            /**
             * @description Which problem; a stable name, not an address.
             * @enum {string}
             */
            type: "urn:tern:problem:invalid-json" | "urn:tern:problem:invalid-parameters" | "urn:tern:problem:invalid-request" | "urn:tern:problem:unauthenticated" | "urn:tern:problem:forbidden" | "urn:tern:problem:not-found" | "urn:tern:problem:method-not-allowed" | "urn:tern:problem:not-cancelable" | "urn:tern:problem:template-exists" | "urn:tern:problem:template-not-editable" | "urn:tern:problem:not-retryable" | "urn:tern:problem:contact-busy" | "urn:tern:problem:cursor-expired" | "urn:tern:problem:too-large" | "urn:tern:problem:unsupported-media-type" | "urn:tern:problem:unsupported-file" | "urn:tern:problem:unknown-sender" | "urn:tern:problem:window-closed" | "urn:tern:problem:opted-out" | "urn:tern:problem:consent-missing" | "urn:tern:problem:template-not-sendable" | "urn:tern:problem:idempotency-key-reused" | "urn:tern:problem:provider-refused" | "urn:tern:problem:template-limit" | "urn:tern:problem:quota-exceeded" | "urn:tern:problem:too-many-waiting" | "urn:tern:problem:internal-error" | "urn:tern:problem:provider-failed" | "urn:tern:problem:unavailable";
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong here, and what to do; for people, may change. */
            detail: string;
            /** @description The id of the request, as in X-Request-Id. */
            instance?: string;
            /** @description Everything that is wrong, at most 100 entries. */
            errors?: {
                /** @description Where in the body (RFC 6901). */
                pointer?: string;
                /** @description Which parameter of the query, or which header. */
                parameter?: string;
                detail: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        MessagePage: {
            messages: components["schemas"]["Message"][];
            /** @description For the parameter cursor; null on the last page. */
            nextCursor: string | null;
            /** @description Path and query of the next page; null on the last. */
            next: string | null;
        };
        Message: {
            /** @description Tern's id of the message. */
            id: string;
            status: components["schemas"]["Status"];
            /** @description Nothing more is done; the provider may still report (read, say). */
            isFinal: boolean;
            /** @description Why it waits; null when it does not. */
            waiting: {
                /** @enum {string} */
                reason: "none" | "turn" | "scheduled" | "retry" | "throttled" | "pair-throttled" | "doubt" | "sender-held" | "template-held" | "pace" | "pair" | "tier" | "provider-away" | "upgrade";
                meaning: string;
                until: string | null;
            } | null;
            sender: string;
            /** @description The recipient as it was given: a phone number in E.164, or a business-scoped user id. */
            to: string;
            /** @description The person's spelling under which order, pair budget and window are kept: the same, unless WhatsApp names them otherwise. */
            contact: string;
            /** @enum {string} */
            lane: "urgent" | "normal" | "bulk";
            type: string;
            /** @description Its name; null for other types. */
            template: string | null;
            /** @description The template that is sent instead where the customer service window is closed. */
            fallback: {
                template: string;
                language: string | null;
            } | null;
            /** @description Which of the two the last attempt sent; null before the first. */
            sentAs: ("message" | "fallback") | null;
            /** @description It was taken in without its content being looked at. */
            passthrough: boolean;
            reference: string | null;
            /** @description As the caller gave it. */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description Which caller's message it is. */
            caller: string;
            /**
             * Format: date-time
             * @description When it was accepted.
             */
            acceptedAt: string;
            sendAt: string | null;
            expiresAt: string | null;
            /** @enum {string} */
            onDoubt: "resend" | "fail";
            /** @description WhatsApp's id; known from `submitted` on. */
            wamid: string | null;
            /** @description Every time it was put on the wire, the throttled ones included. */
            attempts: {
                /** @description 1-based. */
                number: number;
                /**
                 * Format: date-time
                 * @description When it was put on the wire.
                 */
                at: string;
                /** @description What came of it; null while it is on the wire. */
                outcome: string | null;
                tookMs: number | null;
                /** @description Meta's error code. */
                code: number | null;
                httpStatus: number | null;
            }[];
            /** @description Attempts that count; throttled ones do not. */
            attemptsUsed: number;
            /** @description Throttles in a row, the last ones. */
            throttles: number;
            /** @description How often it was sent again after a doubt that nothing settled. */
            resends: number;
            /** @description The last thing that went wrong. */
            error: {
                class: string;
                code: number | null;
                httpStatus: number | null;
                reason: string;
                /** @description What a person can do about it. */
                hint: string;
            } | null;
            /** @description As the provider reported it. */
            pricing: {
                category: string | null;
                type: string | null;
                model: string | null;
                billable: boolean | null;
            } | null;
            /** @description Statuses by rank, whatever the order in which they were reported. */
            timeline: {
                status: components["schemas"]["Status"];
                /**
                 * Format: date-time
                 * @description When it got this status first.
                 */
                at: string;
            }[];
        };
        BatchResult: {
            /** @description How many were accepted, now or before. */
            accepted: number;
            refused: number;
            /** @description In the order of the batch. */
            results: (components["schemas"]["AcceptedItem"] | components["schemas"]["RefusedItem"])[];
        };
        AcceptedItem: {
            /** @description Its place in the batch, from 0. */
            index: number;
            /** @description Tern's id of the message. */
            id: string;
            /** @constant */
            status: "queued";
            /**
             * @description It was accepted before, with the same Idempotency-Key.
             * @constant
             */
            replayed?: true;
        };
        RefusedItem: {
            index: number;
            problem: components["schemas"]["Problem"];
        };
        ManyResult: {
            /** @description How many messages of this page the filter found. */
            matched: number;
            done: number;
            /** @description How many could not be, by reason. */
            refused: {
                [key: string]: number;
            };
            /** @description For the cursor of the next request; null when all are done. A page may match few, even none, and have one. */
            nextCursor: string | null;
        };
        Explanation: {
            /** @description Tern's id of the message. */
            id: string;
            status: components["schemas"]["Status"];
            /**
             * @description `none`: nothing is left to do but listen: submitted or final
             *
             *     `backlog`: a list per lane and caller: ready, and waits for the pace
             *
             *     `held`: a list per template: its template is paused
             *
             *     `later`: a sorted set by due time: waits for a moment, the reason says for which
             *
             *     `turn`: a chain per contact and lane: waits for the message before it
             *
             *     `wire`: a sorted set by end of lease: begun, and perhaps already sent
             * @enum {string}
             */
            place: "none" | "backlog" | "held" | "later" | "turn" | "wire";
            waiting: {
                for: components["schemas"]["WaitsFor"];
                /** @description The same in a sentence, for people; may change. */
                meaning: string;
                /**
                 * Format: date-time
                 * @description When what it waits for ends, if that is known.
                 */
                until: string | null;
                /** @description How many messages go first; null when that is unknown or decides nothing. */
                ahead: number | null;
                /**
                 * Format: date-time
                 * @description When it will be on the wire, if nothing new comes in and the provider goes on as it does; null when somebody must act first, or nobody can know.
                 */
                dueAt: string | null;
                /** @description What a person can do about it. */
                hint: string;
            };
            /** @description The message whose answer it waits for, when it waits for its turn. */
            blockedBy: string | null;
        };
        /**
         * @description What a message waits for.
         * @enum {string}
         */
        WaitsFor: "none" | "pace" | "turn" | "time" | "pair" | "tier" | "template" | "sender-paused" | "sender-held" | "lane-paused" | "quiet-hours" | "provider-away" | "doubt" | "retry" | "throttled" | "upgrade";
        CanceledMessage: {
            /** @description Tern's id of the message. */
            id: string;
            /** @constant */
            status: "canceled";
        };
        RetriedMessage: {
            /** @description Tern's id of the message. */
            id: string;
            /** @constant */
            status: "queued";
        };
        Contact: {
            /** @description The name under which order, budget, window and consent are kept: the phone number, where one is known. */
            contact: string;
            /** @description Everything that is known to name this person. */
            spellings: string[];
            /** @description Whose window and policy are shown. */
            sender: string;
            /** @description Of this sender alone: each number has a window of its own. */
            window: {
                /** @description Free-form messages may be sent by this sender now: its safety margin before the end is kept. */
                isOpen: boolean;
                /**
                 * Format: date-time
                 * @description When the customer service window closes, or closed; null when nothing is known of one.
                 */
                closesAt: string | null;
                /**
                 * Format: date-time
                 * @description When the free entry point window ends; null when there is none.
                 */
                freeUntil: string | null;
                /**
                 * Format: date-time
                 * @description When the person last wrote to this sender or called it; kept for some days.
                 */
                lastInboundAt: string | null;
            };
            /** @description Whether this sender's policy lets a marketing template go to this contact now. */
            marketing: {
                /** @enum {string} */
                policy: "required" | "optout-only" | "off";
                /** @enum {string} */
                answer: "allowed" | "opted-out" | "consent-missing";
            };
            consent: components["schemas"]["Consent"];
        };
        Consent: {
            marketing: components["schemas"]["CategoryConsent"];
            utility: components["schemas"]["CategoryConsent"];
            authentication: components["schemas"]["CategoryConsent"];
        };
        CategoryConsent: {
            /**
             * @description `unknown`: nothing was ever said.
             * @enum {string}
             */
            state: "opted-in" | "opted-out" | "unknown";
            /** @description The last statements, newest first: the first of them counts. */
            history: components["schemas"]["ConsentStatement"][];
        };
        ConsentStatement: {
            /** @enum {string} */
            state: "opted-in" | "opted-out";
            /**
             * Format: date-time
             * @description When it was said.
             */
            at: string;
            /**
             * @description `api` and `import`: a caller told it · `user_preferences`: the stop or resume in WhatsApp's own settings · `131050`: a send failed since the person stopped marketing · `keyword`: a message was nothing but such a word · `erasure`: an opt-out that outlived the erasure of the contact.
             * @enum {string}
             */
            source: "131050" | "api" | "import" | "user_preferences" | "keyword" | "erasure";
            /** @description The caller that told it; null when the provider did. */
            by: string | null;
            proof: string | null;
        };
        ErasedContact: {
            /** @description Messages erased, those that waited among them: they are not sent. */
            messages: number;
            /** @description Entries of feeds, raw webhook bodies, items set aside and audit trails that were removed. */
            entries: number;
            /** @description Opt-outs that still hold, under digests that name nobody, counted by portfolio and category. */
            optOutsKept: number;
        };
        RecordedConsent: {
            /**
             * @description `recorded`: it counts now · `older`: kept, but a later statement counts · `same`: known already.
             * @enum {string}
             */
            result: "recorded" | "older" | "same";
            consent: components["schemas"]["CategoryConsent"];
        };
        ConsentsResult: {
            /** @description How many were kept, now or before. */
            accepted: number;
            refused: number;
            /** @description In the order of the request. */
            results: ({
                index: number;
                /**
                 * @description `recorded`: it counts now · `older`: kept, but a later statement counts · `same`: known already.
                 * @enum {string}
                 */
                result: "recorded" | "older" | "same";
            } | {
                index: number;
                problem: components["schemas"]["Problem"];
            })[];
        };
        UploadedMedia: {
            /** @description For `image.id`, `document.id`, … of messages. */
            id: string;
            /** @description Only messages of this sender can use it. */
            sender: string;
            /** @description SHA-256 of the content, in hex. */
            sha256: string;
            mimeType: string;
            bytes: number;
            /** @description It was uploaded before: nothing was sent to the provider. */
            cached: boolean;
            /**
             * Format: date-time
             * @description When the provider forgets it.
             */
            expiresAt: string;
        };
        /** @description As the provider tells it; null what it does not tell. */
        MediaInfo: {
            id: string;
            sender: string;
            mimeType: string | null;
            bytes: number | null;
            sha256: string | null;
            /** @description Where its content is fetched. */
            content: string;
        };
        InboundMessages: {
            messages: components["schemas"]["InboundMessage"][];
            /** @description For the cursor of the next request, also when the page is empty. Keep it once the page is dealt with. */
            nextCursor: string;
            /** @description There is more already: ask at once. */
            hasMore: boolean;
        };
        InboundMessage: {
            /** @description The same in every repetition. */
            id: string;
            /** @description Which of your numbers it was written to. */
            sender: string;
            /**
             * Format: date-time
             * @description When the person sent it, by the provider's clock.
             */
            at: string;
            /**
             * Format: date-time
             * @description When Tern wrote it down.
             */
            receivedAt: string;
            /** @description To quote it, or to mark it as read. */
            wamid: string;
            /** @description Meta's word: text, image, interactive, …; unknown without one. */
            type: string;
            contact: components["schemas"]["InboundContact"];
            /** @description What was written, by type (docs/events.md); null for what Tern does not read: then `raw` has it. */
            content: {
                [key: string]: unknown;
            } | null;
            /** @description What it answers, and whether it was forwarded. */
            context: {
                [key: string]: unknown;
            } | null;
            /** @description The ad or post that led here. */
            referral: {
                [key: string]: unknown;
            } | null;
            /** @description Why it came without its content. */
            errors: {
                [key: string]: unknown;
            }[];
            groupId: string | null;
            /** @description It opens the customer service window of 24 hours. */
            opensWindow: boolean;
            /** @description As the provider sent it: with raw=true, and always when content is null. */
            raw?: {
                [key: string]: unknown;
            };
        };
        /** @description Who wrote; any of the ids may be null. */
        InboundContact: {
            /** @description E.164; null for people who are known by username only. */
            phone: string | null;
            /** @description Business-scoped user id. */
            bsuid: string | null;
            /** @description The id across portfolios. */
            parentBsuid: string | null;
            /** @description For display. */
            username: string | null;
            /** @description For display. */
            profileName: string | null;
        } & {
            [key: string]: unknown;
        };
        Events: {
            events: components["schemas"]["Event"][];
            /** @description For the cursor of the next request, also when the page is empty. Keep it once the page is dealt with. */
            nextCursor: string;
            /** @description There is more already: ask at once. */
            hasMore: boolean;
        };
        Event: {
            /** @description The same in every repetition. */
            id: string;
            sender: string;
            /** @description `message-status` for what became of a message, else what the provider told: `template-status`, `account-update`, `user-preferences`, `call`, … (docs/events.md). More may come. */
            type: string;
            /**
             * Format: date-time
             * @description When it happened, by the provider's clock where it told.
             */
            at: string;
            /** @description Of `message-status`: `messageId`, `status`, and `failure` with `class`, `code`, `reason` and `hint` or null. Of the others: their fields as docs/events.md has them. */
            data: {
                [key: string]: unknown;
            };
        };
        /** @description What became of each user: the provider may do one and refuse another. */
        BlockResult: {
            done: components["schemas"]["BlockedUser"][];
            failed: {
                /** @description As it was asked for. */
                input: string | null;
                /** @description WhatsApp's spelling of the number. */
                waId: string | null;
                /** @description The BSUID. */
                userId: string | null;
                /** @description Meta's error code. */
                code: number | null;
                reason: string;
                hint: string;
            }[];
        };
        BlockedUser: {
            /** @description As it was asked for. */
            input: string | null;
            /** @description WhatsApp's spelling of the number. */
            waId: string | null;
            /** @description The BSUID. */
            userId: string | null;
        };
        BlockedUsers: {
            users: components["schemas"]["BlockedUser"][];
            /** @description For the cursor of the next request; null on the last page. */
            nextCursor: string | null;
        };
        SenderList: {
            senders: components["schemas"]["Sender"][];
        };
        Sender: {
            id: string;
            phoneNumber: string;
            /**
             * @description paused: by an operator · held: stopped by the provider's word · sending: neither
             * @enum {string}
             */
            state: "sending" | "paused" | "held";
            /** @description By an operator; null when it is not. */
            paused: {
                /** @description Which caller paused it. */
                by: string;
                /**
                 * Format: date-time
                 * @description Since when.
                 */
                since: string;
            } | null;
            /** @description By the provider's word; why is its error as class:code:HTTP status. */
            held: {
                why: string;
                until: string | null;
            } | null;
            /** @description Its provider does not answer: nothing is taken until it does. */
            providerAway: boolean;
            pace: {
                /** @description Messages per second by the deployment; null: no pacing. */
                configured: number | null;
                /** @description By an operator; outranks the configured one. */
                ordered: number | null;
                /** @description The part that the provider's throttling has left, up to 1. */
                slowFactor: number;
                /** @description What is kept now, margin included. */
                inForce: number | null;
            };
            quietHours: {
                from: string;
                to: string;
                timeZone: string;
                until: string | null;
            } | null;
            lanes: {
                urgent: {
                    /** @description By an operator; null when it is not. */
                    paused: {
                        /** @description Which caller paused it. */
                        by: string;
                        /**
                         * Format: date-time
                         * @description Since when.
                         */
                        since: string;
                    } | null;
                    tierFullUntil: string | null;
                    /** @description How many are ready and wait for the pace. */
                    waiting: number;
                    byCaller: {
                        caller: string;
                        waiting: number;
                    }[];
                };
                normal: {
                    /** @description By an operator; null when it is not. */
                    paused: {
                        /** @description Which caller paused it. */
                        by: string;
                        /**
                         * Format: date-time
                         * @description Since when.
                         */
                        since: string;
                    } | null;
                    tierFullUntil: string | null;
                    /** @description How many are ready and wait for the pace. */
                    waiting: number;
                    byCaller: {
                        caller: string;
                        waiting: number;
                    }[];
                };
                bulk: {
                    /** @description By an operator; null when it is not. */
                    paused: {
                        /** @description Which caller paused it. */
                        by: string;
                        /**
                         * Format: date-time
                         * @description Since when.
                         */
                        since: string;
                    } | null;
                    tierFullUntil: string | null;
                    /** @description How many are ready and wait for the pace. */
                    waiting: number;
                    byCaller: {
                        caller: string;
                        waiting: number;
                    }[];
                };
            };
            /** @description Templates at rest. */
            templates: {
                template: string;
                /** @description Null: all its languages, as an operator pauses it. */
                language: string | null;
                /**
                 * @description paused: by an operator · rests: by the provider's word · ended: disabled for good, its messages fail
                 * @enum {string}
                 */
                how: "paused" | "rests" | "ended";
                /** @description The operator, or the provider's error as class:code:HTTP status. */
                why: string;
                /**
                 * Format: date-time
                 * @description Since when.
                 */
                since: string;
                until: string | null;
                waiting: number;
            }[];
            /** @description What the provider says of the number and its account. */
            provider: {
                /** @description The last answer; null when there was none. */
                health: {
                    /** @description AVAILABLE, LIMITED or BLOCKED: the worst of its parts. */
                    canSendMessage: string;
                    /**
                     * Format: date-time
                     * @description When it was asked.
                     */
                    checkedAt: string;
                    /** @description Its parts, with what limits or blocks them. */
                    entities: {
                        /** @description PHONE_NUMBER, WABA, BUSINESS, APP or MESSAGE_TEMPLATE. */
                        type: string;
                        id: string;
                        canSendMessage: string;
                        info: string[];
                        errors: {
                            code: number | null;
                            description: string;
                            possibleSolution: string;
                        }[];
                    }[];
                } | null;
                /** @description Why the last question had no answer; null when it had. */
                healthFailed: {
                    /**
                     * Format: date-time
                     * @description When.
                     */
                    at: string;
                    reason: string;
                } | null;
                /** @description The last report about the number's quality or throughput. */
                quality: {
                    event: string;
                    /**
                     * Format: date-time
                     * @description When it was reported.
                     */
                    at: string;
                } | null;
                /** @description The messaging limit that the provider reported last; the one in force is the portfolio's. */
                tier: {
                    recipients: number | "unlimited";
                    /**
                     * Format: date-time
                     * @description When it was reported.
                     */
                    at: string;
                } | null;
                templates: {
                    count: number;
                    byStatus: {
                        [key: string]: number;
                    };
                    syncedAt: string | null;
                };
            };
            /** @description How many wait for a moment: planned, tried again, in doubt, … */
            later: number;
            /** @description How many are being sent. */
            onWire: number;
            portfolio: components["schemas"]["Portfolio"];
        };
        /** @description What the senders of one portfolio share. Only counted while there is a tier. */
        Portfolio: {
            id: string;
            tier: {
                /** @description By the deployment; null: none is kept. */
                configured: number | null;
                /** @description By an operator; outranks the configured one. */
                ordered: number | null;
                inForce: number | null;
            };
            reserve: {
                configured: number;
                ordered: number | null;
                inForce: number;
            };
            /** @description Different recipients outside their window in the last 24 hours. */
            reached: number;
        };
        Waiting: {
            counts: {
                /** @description Those that may go, and wait for the pace. */
                ready: {
                    /** @enum {string} */
                    lane: "urgent" | "normal" | "bulk";
                    caller: string;
                    count: number;
                }[];
                /** @description Those that wait for a moment, by what brings it. */
                later: {
                    /** @enum {string} */
                    lane: "urgent" | "normal" | "bulk";
                    /** @enum {string} */
                    reason: "none" | "scheduled" | "retry" | "throttled" | "pair-throttled" | "doubt" | "sender-held" | "template-held" | "pace" | "pair" | "tier" | "provider-away" | "upgrade";
                    count: number;
                }[];
                /** @description False when so many wait that only the first ones were counted. */
                laterIsComplete: boolean;
                /** @description Those whose template rests. */
                templates: {
                    template: string;
                    /** @description Null: all its languages. */
                    language: string | null;
                    count: number;
                }[];
            };
            messages: {
                /** @description Tern's id of the message. */
                id: string;
                caller: string;
                /** @enum {string} */
                lane: "urgent" | "normal" | "bulk";
                template: string | null;
                status: components["schemas"]["Status"];
                /** Format: date-time */
                acceptedAt: string;
                waiting: {
                    for: components["schemas"]["WaitsFor"];
                    meaning: string;
                    /** Format: date-time */
                    until: string | null;
                };
            }[];
            /** @description For the cursor of the next request; null on the last page. */
            nextCursor: string | null;
        };
        Failures: {
            /** @description The most frequent first; reason and hint are those of one of them. */
            counts: {
                class: string;
                /** @description Meta's error code. */
                code: number | null;
                reason: string;
                /** @description What a person can do about it. */
                hint: string;
                count: number;
            }[];
            /** @description False when so many failed that only the last ones were counted. */
            countsAreComplete: boolean;
            /** @description Those that failed last come first. */
            messages: {
                /** @description Tern's id of the message. */
                id: string;
                caller: string;
                /** @enum {string} */
                lane: "urgent" | "normal" | "bulk";
                template: string | null;
                /** Format: date-time */
                failedAt: string;
                error: {
                    class: string;
                    /** @description Meta's error code. */
                    code: number | null;
                    reason: string;
                    /** @description What a person can do about it. */
                    hint: string;
                    httpStatus: number | null;
                };
            }[];
            /** @description For the cursor of the next request; null on the last page. */
            nextCursor: string | null;
        };
        Audit: {
            entries: {
                /** Format: date-time */
                at: string;
                /** @description The caller, or `configuration` for a changed deployment file. */
                who: string;
                /** @description pause, resume, set, configured, or note for what concerns messages. */
                verb: string;
                /** @description sender, lane or template. */
                kind: string;
                /** @description The lane, the template's name, or what was set. */
                name: string;
                /** @description What it was set to, or the text of a note. */
                value: string;
                changed: boolean;
            }[];
            /** @description For the cursor of the next request; null on the last page. */
            nextCursor: string | null;
        };
        OperatedSender: {
            /** @description False when it was so already. */
            changed: boolean;
            sender: components["schemas"]["Sender"];
        };
        OperatedPortfolio: {
            /** @description False when it was so already. */
            changed: boolean;
            portfolio: components["schemas"]["Portfolio"];
        };
        TemplateList: {
            templates: components["schemas"]["Template"][];
            /** @description How many the account has in all; it may have 250, or 6,000 when verified. */
            count: number;
            /**
             * Format: date-time
             * @description When the last whole list was read from the provider; null: never yet.
             */
            syncedAt: string | null;
            /** @description For the cursor of the next request; null on the last page. */
            nextCursor: string | null;
        };
        Template: {
            /** @description The provider's id of this language of it. */
            id: string | null;
            name: string;
            language: string;
            /** @description The provider's word: APPROVED, PENDING, REJECTED, PAUSED, DISABLED, … */
            status: string;
            /**
             * @description What becomes of a message with it: it is sent, it waits until the pause is over, or it is refused.
             * @enum {string}
             */
            sendable: "yes" | "waits" | "no";
            /** @description MARKETING, UTILITY or AUTHENTICATION. */
            category: string | null;
            /** @description A change of category that the provider has announced. */
            categoryChange: {
                category: string;
                /** Format: date-time */
                at: string | null;
            } | null;
            /** @description GREEN, YELLOW, RED or UNKNOWN. */
            quality: string | null;
            /** @description Why it was rejected, paused or disabled. */
            reason: string | null;
            /** @enum {string} */
            parameterFormat: "POSITIONAL" | "NAMED";
            /** @description In Meta's shape, as the provider has them. */
            components: {
                [key: string]: unknown;
            }[];
            /**
             * Format: date-time
             * @description When the provider said so.
             */
            saidAt: string;
        };
        TemplateLanguages: {
            name: string;
            languages: components["schemas"]["Template"][];
        };
        DeletedTemplate: {
            /** @description False when it was so already. */
            changed: boolean;
            name: string;
            /** @description Those that were known here and are gone now. */
            languages: string[];
        };
        TemplateSync: {
            /** @description How many templates the account has. */
            count: number;
            /** @description How many were new, gone or different. */
            changed: number;
            /** Format: date-time */
            syncedAt: string;
        };
    };
    responses: {
        /** @description The body is not JSON. A header or query parameter is wrong. The request breaks a rule. */
        InvalidJsonOrInvalidParametersOrInvalidRequest: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no valid API key. */
        Unauthenticated: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                /** @description The challenge (RFC 6750). */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key may not do this. */
        Forbidden: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                /** @description The scope that is missing (RFC 6750). */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        TooLarge: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not application/json. */
        UnsupportedMediaType: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key knows no such sender. The template cannot be sent so. The recipient's customer service window is closed. The contact has opted out of marketing. The contact has not opted in to marketing. The Idempotency-Key was used for another request. */
        UnknownSenderOrTemplateNotSendableOrWindowClosedOrOptedOutOrConsentMissingOrIdempotencyKeyReused: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many of the caller's messages are waiting. The caller's quota is used up. */
        TooManyWaitingOrQuotaExceeded: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait. */
                "Retry-After"?: string;
                /** @description The quotas of a caller that has some: what may come in how many seconds. */
                "RateLimit-Policy"?: string;
                /** @description What is left of them, and in how many seconds all is back. */
                RateLimit?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API made a mistake. */
        InternalError: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API cannot do this now. */
        Unavailable: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait. */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A header or query parameter is wrong. */
        InvalidParameters: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller's quota is used up. */
        QuotaExceeded: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait. */
                "Retry-After"?: string;
                /** @description The quotas of a caller that has some: what may come in how many seconds. */
                "RateLimit-Policy"?: string;
                /** @description What is left of them, and in how many seconds all is back. */
                RateLimit?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not JSON. The request breaks a rule. */
        InvalidJsonOrInvalidRequest: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key knows no such sender. */
        UnknownSender: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is nothing here. */
        NotFound: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The message cannot be taken back. */
        NotCancelable: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The message cannot be sent again. */
        NotRetryable: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Messages to the contact are on their way. */
        ContactBusy: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A header or query parameter is wrong. The request breaks a rule. */
        InvalidParametersOrInvalidRequest: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The file is of a type that cannot be sent. */
        UnsupportedFile: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The provider refuses it. */
        ProviderRefused: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The provider does not do its part. */
        ProviderFailed: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The feed has gone on without this reader. */
        CursorExpired: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is such a template already. */
        TemplateExists: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Templates may be changed only so often. The caller's quota is used up. */
        TemplateLimitOrQuotaExceeded: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                /** @description Seconds to wait. */
                "Retry-After"?: string;
                /** @description The quotas of a caller that has some: what may come in how many seconds. */
                "RateLimit-Policy"?: string;
                /** @description What is left of them, and in how many seconds all is back. */
                RateLimit?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The template cannot be edited now. */
        TemplateNotEditable: {
            headers: {
                /** @description The id of the request: the caller's, if it gave one, else a new one. */
                "X-Request-Id"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export interface operations {
    listMessages: {
        parameters: {
            query?: {
                /** @description Required unless your API key may use exactly one sender. */
                sender?: string;
                /** @description Only messages to whoever has this number, in any spelling with a plus (as %2B), or this business-scoped user id. */
                to?: string;
                /** @description Only messages with this reference. */
                reference?: string;
                /** @description Only messages that have this status now. */
                status?: components["schemas"]["Status"];
                /** @description Accepted at this time or later. */
                from?: string;
                /** @description Accepted before this time. */
                until?: string;
                /** @description The most entries of one page. */
                limit?: number;
                /** @description From the page before: its nextCursor. Only with the same filters; limit may differ. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    /** @description The next page, if there is one (RFC 8288). */
                    Link?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessagePage"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request, so that repeating it sends nothing twice: the same key and body get the same answer (with Idempotency-Replayed: true), another body 422. It counts for one caller and one sender, for 72 hours. There is no 409 for a request still in progress: accepting is one atomic step. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageRequest"];
            };
        };
        responses: {
            /** @description Accepted, now or by the same request before. */
            202: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    /** @description Where its status is. */
                    Location?: string;
                    /** @description true when this request was accepted before. */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedMessage"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidParametersOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnknownSenderOrTemplateNotSendableOrWindowClosedOrOptedOutOrConsentMissingOrIdempotencyKeyReused"];
            429: components["responses"]["TooManyWaitingOrQuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    sendBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names the request, so that repeating it sends nothing twice: the same key and body get the same answer (with Idempotency-Replayed: true), another body 422. It counts for one caller and one sender, for 72 hours. There is no 409 for a request still in progress: accepting is one atomic step. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
            };
        };
        responses: {
            /** @description Some messages were refused. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResult"];
                };
            };
            /** @description All messages were accepted. */
            202: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResult"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidParametersOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelFilter"];
            };
        };
        responses: {
            /** @description This page is done. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManyResult"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnknownSender"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryFilter"];
            };
        };
        responses: {
            /** @description This page is done. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManyResult"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnknownSender"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Tern's id of the message. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    explainMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Tern's id of the message. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Why it waits; `none` when it does not. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Tern's id of the message. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is canceled, now or before. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CanceledMessage"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotCancelable"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Tern's id of the message. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is in line again. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedMessage"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotRetryable"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getContact: {
        parameters: {
            query?: {
                /** @description One of your senders: what is kept of a contact belongs to its portfolio. Left out, your only one. */
                sender?: string;
            };
            header?: never;
            path: {
                /** @description A phone number in any international spelling with a plus, or a business-scoped user id (BSUID). */
                contact: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The contact. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Contact"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    eraseContact: {
        parameters: {
            query?: {
                /** @description Forgets the opt-outs as well. Then nothing keeps marketing from this person any more, should somebody send it. */
                forget?: "consent";
            };
            header?: never;
            path: {
                /** @description A phone number in any international spelling with a plus, or a business-scoped user id (BSUID). */
                contact: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing names the person any more. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedContact"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["ContactBusy"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    setConsent: {
        parameters: {
            query?: {
                /** @description One of your senders: what is kept of a contact belongs to its portfolio. Left out, your only one. */
                sender?: string;
            };
            header?: never;
            path: {
                /** @description A phone number in any international spelling with a plus, or a business-scoped user id (BSUID). */
                contact: string;
                /** @description Of templates, as Meta sorts them. Only `marketing` is held back by what a contact said. */
                category: "marketing" | "utility" | "authentication";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentRequest"];
            };
        };
        responses: {
            /** @description It is kept; the category after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedConsent"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidParametersOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    setConsents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentsRequest"];
            };
        };
        responses: {
            /** @description A result for each. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentsResult"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnknownSender"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    uploadMedia: {
        parameters: {
            query?: {
                /** @description Whose media it will be. Required unless your API key may use exactly one sender. */
                sender?: string;
                /** @description The file's name, for a body that is no form. Recipients see the name that the message gives. */
                filename?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "*/*": string;
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description It was there already. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedMedia"];
                };
            };
            /** @description It is uploaded. */
            201: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadedMedia"];
                };
            };
            400: components["responses"]["InvalidParametersOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedFile"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                sender: string;
                /** @description A media id: from an upload (30 days), or from an inbound message (7 days). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The media. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MediaInfo"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                sender: string;
                /** @description A media id: from an upload (30 days), or from an inbound message (7 days). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    downloadMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                sender: string;
                /** @description A media id: from an upload (30 days), or from an inbound message (7 days). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file, with its type as Content-Type. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    /** @description The SHA-256 of the content (RFC 9530), if the provider announced it. */
                    "Repr-Digest"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listInbound: {
        parameters: {
            query?: {
                /** @description One sender, or several with commas (at most 50). Left out: all that your API key may use. */
                sender?: string;
                /** @description From the page before: its nextCursor. It stays valid across restarts of Tern, and with other filters. Left out: from the oldest entry that is kept, or from `from`. */
                cursor?: string;
                /** @description Only without cursor: entries that Tern wrote at this time or later. */
                from?: string;
                /** @description The most entries of one page. */
                limit?: number;
                /** @description With nothing to show, wait so long for the next entry before answering with an empty page. */
                waitSeconds?: number;
                /** @description Only messages of this person: a phone number with a plus (as %2B), or a BSUID. */
                contact?: string;
                /** @description Only messages of these types, with commas. */
                type?: string;
                /** @description Also the message as the provider sent it. */
                raw?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the feed, oldest first. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboundMessages"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["CursorExpired"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description One sender, or several with commas (at most 50). Left out: all that your API key may use. */
                sender?: string;
                /** @description From the page before: its nextCursor. It stays valid across restarts of Tern, and with other filters. Left out: from the oldest entry that is kept, or from `from`. */
                cursor?: string;
                /** @description Only without cursor: entries that Tern wrote at this time or later. */
                from?: string;
                /** @description The most entries of one page. */
                limit?: number;
                /** @description With nothing to show, wait so long for the next entry before answering with an empty page. */
                waitSeconds?: number;
                /** @description Only events of these types, with commas. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the feed, oldest first. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["CursorExpired"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    markRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The id of the inbound message, with `/` in it written as `%2F`. */
                wamid: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MarkRead"];
            };
        };
        responses: {
            /** @description It is marked. */
            204: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    blockUsers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockRequest"];
            };
        };
        responses: {
            /** @description What became of each; also when all have failed. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockResult"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    unblockUsers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BlockRequest"];
            };
        };
        responses: {
            /** @description What became of each; also when all have failed. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockResult"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listBlocked: {
        parameters: {
            query?: {
                /** @description The most entries of one page. */
                limit?: number;
                /** @description From the page before: its nextCursor. Only with the same filters; limit may differ. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the list. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockedUsers"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSenders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The senders. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SenderList"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sender. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWaiting: {
        parameters: {
            query?: {
                /** @description Only messages of this lane; the counts are of all. */
                lane?: "urgent" | "normal" | "bulk";
                /** @description The most entries of one page. */
                limit?: number;
                /** @description From the page before: its nextCursor. Only with the same filters; limit may differ. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What waits. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Waiting"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listFailures: {
        parameters: {
            query?: {
                /** @description Only this class of error. */
                class?: string;
                /** @description Only this code of Meta's. */
                code?: number;
                /** @description Failed at this time or later; 24 hours ago if left out. */
                from?: string;
                /** @description Failed before this time. */
                to?: string;
                /** @description The most entries of one page. */
                limit?: number;
                /** @description From the page before: its nextCursor. Only with the same filters; limit may differ. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What failed. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Failures"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    readAudit: {
        parameters: {
            query?: {
                /** @description The most entries of one page. */
                limit?: number;
                /** @description From the page before: its nextCursor. Only with the same filters; limit may differ. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the trail. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Audit"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeSender: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseLane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                lane: "urgent" | "normal" | "bulk";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeLane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                lane: "urgent" | "normal" | "bulk";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The template's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The template's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    setPace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PaceRequest"];
            };
        };
        responses: {
            /** @description It is so, now or before; the sender after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedSender"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    setTier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a portfolio in the deployment. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TierRequest"];
            };
        };
        responses: {
            /** @description It is so, now or before; the portfolio after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedPortfolio"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTemplates: {
        parameters: {
            query?: {
                /** @description Only those with this in their name. */
                name?: string;
                /** @description Only those with this status, such as APPROVED. */
                status?: string;
                /** @description Only those of this category, such as MARKETING. */
                category?: string;
                /** @description The most entries of one page. */
                limit?: number;
                /** @description From the page before: its nextCursor. Only with the same filters; limit may differ. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of templates. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            400: components["responses"]["InvalidParameters"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateCreation"];
            };
        };
        responses: {
            /** @description The provider has it. */
            201: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    /** @description Where its status is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["TemplateExists"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["TemplateLimitOrQuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The template's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateLanguages"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The template's name. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not there, now or before. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedTemplate"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    editTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The template's name. */
                name: string;
                /** @description The language's code. */
                language: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateEdit"];
            };
        };
        responses: {
            /** @description The provider has it; the template after it. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            400: components["responses"]["InvalidJsonOrInvalidRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["TemplateNotEditable"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["TemplateLimitOrQuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTemplateLanguage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
                /** @description The template's name. */
                name: string;
                /** @description The language's code. */
                language: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not there, now or before. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedTemplate"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
    syncTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a sender that your API key may use. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is read. */
            200: {
                headers: {
                    /** @description The id of the request: the caller's, if it gave one, else a new one. */
                    "X-Request-Id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateSync"];
                };
            };
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["ProviderRefused"];
            429: components["responses"]["QuotaExceeded"];
            500: components["responses"]["InternalError"];
            502: components["responses"]["ProviderFailed"];
            503: components["responses"]["Unavailable"];
        };
    };
}
