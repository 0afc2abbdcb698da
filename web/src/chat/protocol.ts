/** What the chat page and the gateway say to each other over socket.io, and our picture of it. */

import type { Card } from "./card";

import type { Mode } from "./mode";

export type Author = "customer" | "bot" | "agent" | "system";

export interface QuickReply {
  readonly title: string;
  /** Plain words, sent as if the customer had typed them. */
  readonly payload: string;
}

/** A message the server knows; `id` orders the conversation. */
export interface ChatMessage {
  readonly id: number;
  readonly author: Author;
  readonly name?: string;
  readonly text: string;
  readonly buttons?: readonly QuickReply[];
  readonly image?: string;
  /** From here on the page is to be plain and large, or as usual again. */
  readonly mode?: Mode;
  readonly card?: Card;
  readonly at: string;
  /** Made by the customer's browser; the same message keeps it through every resend. */
  readonly messageId?: string;
}

export interface ServiceState {
  readonly state: "bot" | "queued" | "human";
  readonly agent?: string;
  readonly position?: number;
}

export interface TypingSign {
  readonly on: boolean;
  readonly author: "bot" | "agent";
}

export type Acknowledgement = { ok: true; id: number } | { ok: false; error: string };

export type Upload = { ok: true; picture: string } | { ok: false; error: string };

export interface History {
  readonly messages: readonly ChatMessage[];
  readonly state: ServiceState;
}

/** Stands where a message has no words; the picture is shown in its place. */
export const PICTURE_WORDS = "［图片］";

/** Largest picture the gateway takes, in bytes. */
export const PICTURE_LIMIT = 10 * 1024 * 1024;

/** Longest message the gateway takes, in characters as people count them. */
export const MESSAGE_LIMIT = 1000;

export function characterCount(text: string): number {
  return [...text].length;
}
