/**
 * Where the console stands in the server's journal. Events have rising ids; after a broken
 * connection the journal is read on from the last one seen. Pure.
 */
import type { Sign } from "./signs";

export interface ConsoleEvent {
  readonly id: number;
  readonly type: string;
  readonly conversation_id?: string | null;
  readonly work_order?: string | null;
  /** Somebody who is to be told in person, and who did it. */
  readonly for?: string;
  readonly by?: string | null;
}

export interface EventCursor {
  readonly last: number | null;
}

export type FrameOutcome =
  | { kind: "hello"; cursor: EventCursor; restart: boolean }
  | { kind: "event"; cursor: EventCursor; event: ConsoleEvent }
  | { kind: "sign"; cursor: EventCursor; sign: Sign }
  | { kind: "ignored"; cursor: EventCursor };

export const BEFORE_ALL: EventCursor = { last: null };

export function readFrame(cursor: EventCursor, frame: unknown): FrameOutcome {
  const fields = (typeof frame === "object" && frame !== null ? frame : {}) as Record<
    string,
    unknown
  >;
  if (fields.type === "hello") return readHello(cursor, fields.last_event_id);
  // Not in the journal: a sign is of now, and nothing is missed when one gets lost.
  if (fields.type === "sign" && typeof fields.conversation_id === "string") {
    return { kind: "sign", cursor, sign: fields as unknown as Sign };
  }
  if (typeof fields.id !== "number" || typeof fields.type !== "string") {
    return { kind: "ignored", cursor };
  }
  // Seen before the connection broke; doing it twice would be harmless but loud.
  if (cursor.last !== null && fields.id <= cursor.last) return { kind: "ignored", cursor };
  return { kind: "event", cursor: { last: fields.id }, event: fields as unknown as ConsoleEvent };
}

/** A server whose journal is behind ours has a new database: begin again from its end. */
function readHello(cursor: EventCursor, lastEventId: unknown): FrameOutcome {
  const end = typeof lastEventId === "number" ? lastEventId : 0;
  const restart = cursor.last === null || end < cursor.last;
  return { kind: "hello", cursor: restart ? { last: end } : cursor, restart };
}

export function eventsPath(cursor: EventCursor): string {
  return cursor.last === null ? "events" : `events?after=${cursor.last}`;
}
