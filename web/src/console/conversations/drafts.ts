/** Unsent words, one draft for each conversation, while agents move between customers. */
export class Drafts {
  private readonly texts = new Map<string, string>();

  read(conversationId: string): string {
    return this.texts.get(conversationId) ?? "";
  }

  write(conversationId: string, text: string): void {
    if (text === "") this.texts.delete(conversationId);
    else this.texts.set(conversationId, text);
  }
}

export const drafts = new Drafts();
