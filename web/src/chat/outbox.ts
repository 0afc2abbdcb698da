/**
 * The customer's words on their way to the gateway. A message stays here until the gateway has
 * named its number, so it survives a lost connection and a reload; resending is harmless because
 * the gateway knows the message by its messageId.
 */
import type { ChatMessage } from "./protocol";

/** A photo the customer chose, and an address at which this page alone can show it. */
export interface Picture {
  readonly file: Blob;
  readonly preview: string;
}

export interface Said {
  readonly text: string;
  readonly picture?: Picture;
}

export interface Outgoing extends Said {
  readonly messageId: string;
  readonly at: string;
  readonly status: "sending" | "failed";
  readonly reason?: string;
}

export type Outbox = readonly Outgoing[];

export function enqueue(outbox: Outbox, messageId: string, said: Said, at: string): Outbox {
  return [...outbox, { messageId, ...said, at, status: "sending" }];
}

/** One at a time and in order: what the customer said first must arrive first. */
export function nextToSend(outbox: Outbox): Outgoing | null {
  return outbox.find((outgoing) => outgoing.status === "sending") ?? null;
}

export function markFailed(outbox: Outbox, messageId: string, reason: string): Outbox {
  return outbox.map((outgoing) =>
    outgoing.messageId === messageId ? { ...outgoing, status: "failed", reason } : outgoing,
  );
}

/** Back to the end of the queue: a retried message is said now, after what was said since. */
export function retry(outbox: Outbox, messageId: string, at: string): Outbox {
  const again = outbox.find((outgoing) => outgoing.messageId === messageId);
  if (again?.status !== "failed") return outbox;
  const { messageId: id, text, picture } = again;
  return enqueue(discard(outbox, messageId), id, { text, ...(picture && { picture }) }, at);
}

export function discard(outbox: Outbox, messageId: string): Outbox {
  return outbox.filter((outgoing) => outgoing.messageId !== messageId);
}

/** Drops what the server already has, whether we learn it by answer, echo or history. */
export function settle(outbox: Outbox, messages: readonly ChatMessage[]): Outbox {
  const arrived = new Set(messages.map((message) => message.messageId));
  const left = outbox.filter((outgoing) => !arrived.has(outgoing.messageId));
  return left.length === outbox.length ? outbox : left;
}

/** Without photos: what is kept is text, and a photo can be chosen again. */
export function packOutbox(outbox: Outbox): string | null {
  const words = outbox.filter(({ picture }) => picture === undefined);
  return words.length === 0 ? null : JSON.stringify(words);
}

export function unpackOutbox(packed: string | null): Outbox {
  if (packed === null) return [];
  try {
    const rows: unknown = JSON.parse(packed);
    return Array.isArray(rows) ? rows.filter(isOutgoing) : [];
  } catch {
    // Written by an older version or cut short: there is nothing that could be resent.
    return [];
  }
}

function isOutgoing(row: unknown): row is Outgoing {
  const { messageId, text, at, status } = (row ?? {}) as Partial<Outgoing>;
  const named = typeof messageId === "string" && typeof text === "string" && typeof at === "string";
  return named && (status === "sending" || status === "failed");
}
