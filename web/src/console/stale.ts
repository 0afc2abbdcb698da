/** Which parts of the screen an event makes old. Pure. */
import type { ConsoleEvent } from "./event_cursor";

export type Topic =
  | "conversations"
  | "orders"
  | "sms"
  | "people"
  | `conversation:${string}`
  | `order:${string}`;

const PEOPLE = /^(Signed|Agent|Conversation)/;

export function staleTopics(event: ConsoleEvent): Topic[] {
  const topics: Topic[] = [];
  if (event.conversation_id) topics.push("conversations", `conversation:${event.conversation_id}`);
  if (event.work_order) topics.push("orders", `order:${event.work_order}`);
  if (event.type.startsWith("Sms")) topics.push("sms");
  if (PEOPLE.test(event.type)) topics.push("people");
  // An event about nothing we know by name may still change a list.
  return topics.length > 0 ? topics : ["conversations", "orders"];
}
