/** How many answers the customer has not seen yet; for the launcher's badge and the page title. */
import type { ChatMessage } from "./protocol";

export function unreadCount(messages: readonly ChatMessage[], lastRead: number): number {
  return messages.filter(({ id, author }) => id > lastRead && author !== "customer").length;
}
