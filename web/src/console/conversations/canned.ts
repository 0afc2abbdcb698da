/** Canned replies as they are found and put into what the agent is writing. Pure. */
import type { CannedReply } from "../model";

/** The words after a slash before the caret; null when no list is asked for. */
export function slashQuery(text: string, caret: number): string | null {
  const found = /(?:^|\s)\/([^\s/]*)$/.exec(text.slice(0, caret));
  return found ? (found[1] ?? "") : null;
}

/** Every word of the query is somewhere in title, group or text. */
export function matching(replies: readonly CannedReply[], query: string): readonly CannedReply[] {
  const words = query.toLowerCase();
  return replies.filter(({ title, group, text, name }) =>
    [title, group, text, name].some((part) => part.toLowerCase().includes(words)),
  );
}

/** The reply in place of the slash and what followed it. */
export function withReply(text: string, caret: number, reply: string): string {
  const before = text.slice(0, caret).replace(/\/[^\s/]*$/, "");
  return before + reply + text.slice(caret);
}

const BLANK = /【[^】]*】/;

/** Where a reply still has a blank that only the agent can fill; null when it has none. */
export function firstBlank(text: string): { start: number; end: number } | null {
  const found = BLANK.exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : null;
}
