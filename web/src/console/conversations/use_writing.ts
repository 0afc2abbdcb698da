import {
  type FormEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { isSendKey } from "../../shared/send_key";
import type { CannedReply } from "../model";
import { firstBlank, withReply } from "./canned";
import { drafts } from "./drafts";
import { useCanned } from "./use_canned";
import { useTyping } from "./use_typing";

export type WritingMode = "answer" | "note";

interface Wishes {
  readonly conversationId: string;
  readonly onAnswer: (text: string) => void;
  readonly onNote: (text: string) => Promise<boolean>;
  readonly onInserted: () => void;
}

export type Writing = ReturnType<typeof useWriting>;

/** What the agent is writing, and what each key and button does to it. */
export function useWriting(
  { conversationId, onAnswer, onNote, onInserted }: Wishes,
  mode: WritingMode,
) {
  const draft = mode === "note" ? `note ${conversationId}` : conversationId;
  const { text, keep } = useDraft(draft);
  const input = useRef<HTMLTextAreaElement>(null);
  const canned = useCanned(conversationId);
  const typing = useTyping(conversationId);
  useInsertions(conversationId, (words) => {
    const held = drafts.read(conversationId);
    const next = held ? `${held}\n${words}` : words;
    drafts.write(conversationId, next);
    // Words for the customer are not put into a note.
    onInserted();
    toFirstBlank(input, next);
  });

  const write = (next: string, caret: number) => {
    keep(next);
    if (mode === "note") return;
    canned.look(next, caret);
    typing(next.trim() !== "");
  };
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    const words = text.trim();
    if (words === "") return;
    canned.close();
    keep("");
    typing(false);
    if (mode === "answer") onAnswer(words);
    // A note that was not taken stands in the field again.
    else void onNote(words).then((taken) => taken || keep(words));
  };
  const choose = (reply: CannedReply) => {
    const next = withReply(text, input.current?.selectionStart ?? text.length, reply.text);
    keep(next);
    canned.close();
    toFirstBlank(input, next);
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (canned.press(event, choose)) return;
    if (event.key === "Escape") input.current?.blur();
    else if (isSendKey(event.nativeEvent)) send(event);
  };
  const { begin, openCanned } = useEntry(input, canned);
  return { text, input, canned, write, send, choose, press, begin, openCanned };
}

function useDraft(name: string) {
  const [, redraw] = useState(0);
  const keep = (next: string) => {
    drafts.write(name, next);
    redraw((count) => count + 1);
  };
  return { text: drafts.read(name), keep };
}

/** The ways into the field from outside of it. */
function useEntry(
  input: RefObject<HTMLTextAreaElement | null>,
  canned: { close: () => void; toggle: () => void },
) {
  const begin = (change: () => void) => {
    canned.close();
    change();
    requestAnimationFrame(() => input.current?.focus());
  };
  const openCanned = () => {
    canned.toggle();
    input.current?.focus();
  };
  return { begin, openCanned };
}

/** What comes from beside the talk (knowledge) goes to the end of the draft, never sent unread. */
function useInsertions(conversationId: string, insert: (words: string) => void): void {
  const latest = useRef(insert);
  latest.current = insert;
  useEffect(
    () => drafts.onInsert(conversationId, (words) => latest.current(words)),
    [conversationId],
  );
}

function toFirstBlank(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  const blank = firstBlank(text);
  requestAnimationFrame(() => {
    input.current?.focus();
    if (blank) input.current?.setSelectionRange(blank.start, blank.end);
  });
}
