/**
 * From state to what stands on the page, top to bottom: day lines, messages joined into groups by
 * speaker, and which quick replies can still be pressed. Pure.
 */
import { dayKey, parseMoment } from "../shared/time";
import type { Card } from "./card";
import type { Outbox } from "./outbox";
import type { Author, ChatMessage, QuickReply } from "./protocol";

const GROUP_WITHIN = 5 * 60_000;

export interface MessageRow {
  readonly kind: "message";
  /** The same before and after the server has numbered the message, so nothing jumps. */
  readonly key: string;
  readonly id: number | null;
  readonly messageId?: string;
  readonly author: Author;
  readonly name?: string;
  readonly text: string;
  readonly image?: string;
  readonly card?: Card;
  readonly at: Date;
  readonly buttons: readonly QuickReply[];
  readonly buttonsOpen: boolean;
  readonly chosen?: string;
  readonly status: "sent" | "sending" | "failed";
  readonly reason?: string;
  readonly opensGroup: boolean;
  readonly closesGroup: boolean;
}

export interface DayRow {
  readonly kind: "day";
  readonly key: string;
  readonly at: Date;
}

export type Row = MessageRow | DayRow;

type Entry = Omit<MessageRow, "opensGroup" | "closesGroup" | "buttonsOpen" | "chosen">;

export function rowsOf(messages: readonly ChatMessage[], outbox: Outbox): Row[] {
  const entries = [...messages.map(fromMessage), ...outbox.map(fromOutgoing)];
  const answers = answersAfter(entries);
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1];
    const after = entries[index + 1];
    const answer = answers[index];
    const row: MessageRow = {
      ...entry,
      opensGroup: !joined(before, entry),
      closesGroup: !joined(entry, after),
      buttonsOpen: answer === null,
      ...(answer && { chosen: answer }),
    };
    return newDay(before, entry) ? [dayRow(entry), row] : [row];
  });
}

/** For each entry the customer's next words, or null while the customer has not answered. */
function answersAfter(entries: readonly Entry[]): (string | null)[] {
  const answers: (string | null)[] = [];
  let next: string | null = null;
  for (const entry of [...entries].reverse()) {
    answers.unshift(next);
    if (entry.author === "customer") next = entry.text;
  }
  return answers;
}

function fromMessage(message: ChatMessage): Entry {
  const { id, messageId, buttons = [], at, ...rest } = message;
  const key = messageId ?? `message-${id}`;
  return {
    kind: "message",
    key,
    id,
    ...rest,
    ...(messageId && { messageId }),
    at: parseMoment(at) ?? new Date(0),
    buttons,
    status: "sent",
  };
}

function fromOutgoing(outgoing: Outbox[number]): Entry {
  const { messageId, text, picture, at, status, reason } = outgoing;
  return {
    kind: "message",
    key: messageId,
    id: null,
    messageId,
    author: "customer",
    text,
    ...(picture && { image: picture.preview }),
    at: parseMoment(at) ?? new Date(0),
    buttons: [],
    status,
    ...(reason && { reason }),
  };
}

function joined(first: Entry | undefined, second: Entry | undefined): boolean {
  if (!first || !second || first.author === "system") return false;
  if (first.author !== second.author || first.name !== second.name) return false;
  const apart = Math.abs(second.at.getTime() - first.at.getTime());
  return apart < GROUP_WITHIN && !newDay(first, second);
}

function newDay(before: Entry | undefined, entry: Entry): boolean {
  return before === undefined || dayKey(before.at) !== dayKey(entry.at);
}

function dayRow(entry: Entry): DayRow {
  return { kind: "day", key: `day-${dayKey(entry.at)}-${entry.key}`, at: entry.at };
}
