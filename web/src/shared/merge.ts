/** What the server numbers: the number is unique in a conversation and rises with time. */
export interface Numbered {
  readonly id: number;
}

/**
 * Brings two views of one conversation together: no doubles, in the order of the server's numbers,
 * the newer copy of a message wins. Returns the same array when nothing is new.
 */
export function mergeById<T extends Numbered>(
  known: readonly T[],
  arrived: readonly T[],
): readonly T[] {
  if (arrived.length === 0) return known;
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of arrived) {
    byId.set(message.id, { ...byId.get(message.id), ...message });
  }
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

export function highestId(messages: readonly Numbered[]): number {
  return messages.reduce((highest, message) => Math.max(highest, message.id), 0);
}
