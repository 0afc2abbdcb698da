/** What was said and what was noted beside it, in one order. Pure. */
import { dayKey, parseMoment } from "../../shared/time";
import type { StaffMessage, StaffNote } from "../model";

export type TalkRow =
  | { kind: "message"; key: string; message: StaffMessage; day: Date | null }
  | { kind: "note"; key: string; note: StaffNote; day: Date | null };

/** By time; of the same moment, the words before the note about them. */
export function talkRows(
  messages: readonly StaffMessage[],
  notes: readonly StaffNote[],
): readonly TalkRow[] {
  const rows: TalkRow[] = [];
  let before: Date | null = null;
  const add = (row: TalkRow, at: string) => {
    const moment = parseMoment(at);
    const isNewDay = moment !== null && (before === null || dayKey(before) !== dayKey(moment));
    rows.push({ ...row, day: isNewDay ? moment : null });
    before = moment ?? before;
  };
  let next = 0;
  const notesBefore = (at: number) => {
    for (let note = notes[next]; note && Date.parse(note.at) < at; note = notes[next]) {
      add({ kind: "note", key: `n${note.id}`, note, day: null }, note.at);
      next += 1;
    }
  };
  for (const message of messages) {
    notesBefore(Date.parse(message.at));
    add({ kind: "message", key: `m${message.id}`, message, day: null }, message.at);
  }
  notesBefore(Number.POSITIVE_INFINITY);
  return rows;
}

/** The newest words of an agent that the customer has seen: under these it says so. */
export function lastSeen(messages: readonly StaffMessage[], readTo: number): number | null {
  const seen = messages.filter(({ id, author }) => author === "agent" && id <= readTo);
  return seen.at(-1)?.id ?? null;
}
