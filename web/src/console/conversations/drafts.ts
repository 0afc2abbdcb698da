/** Unsent words, one draft for each conversation, while agents move between customers. */
export class Drafts {
  private readonly texts = new Map<string, string>();
  private readonly boxes = new Map<string, (words: string) => void>();

  read(conversationId: string): string {
    return this.texts.get(conversationId) ?? "";
  }

  write(conversationId: string, text: string): void {
    if (text === "") this.texts.delete(conversationId);
    else this.texts.set(conversationId, text);
  }

  /** The open answer box takes words from beside it. */
  onInsert(conversationId: string, take: (words: string) => void): () => void {
    this.boxes.set(conversationId, take);
    return () => void this.boxes.delete(conversationId);
  }

  /** False when no box is open for this conversation. */
  insert(conversationId: string, words: string): boolean {
    const take = this.boxes.get(conversationId);
    take?.(words);
    return take !== undefined;
  }
}

export const drafts = new Drafts();
