import { type KeyboardEvent, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import type { CannedReply } from "../model";
import { matching, slashQuery } from "./canned";

interface Canned {
  readonly open: boolean;
  readonly replies: readonly CannedReply[];
  readonly active: number;
  /** True when the key was for the list. */
  press: (event: KeyboardEvent, choose: (reply: CannedReply) => void) => boolean;
  /** What stands in the field now, and where the caret is. */
  look: (text: string, caret: number) => void;
  toggle: () => void;
  close: () => void;
}

/** The list of canned replies: opened by a slash or its button, steered with arrow keys. */
export function useCanned(conversationId: string): Canned {
  const { api } = useContext(Desk);
  const known = useFetched(`canned ${conversationId}`, [`conversation:${conversationId}`], () =>
    api.cannedReplies(conversationId),
  ).data?.replies;
  const [query, setQuery] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const replies = query === null ? [] : matching(known ?? [], query);
  const close = () => setQuery(null);

  const press: Canned["press"] = (event, choose) => {
    if (query === null || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = replies[active];
    if (step) setActive((active + step + replies.length) % Math.max(replies.length, 1));
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen) choose(chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const look = (text: string, caret: number) => {
    setQuery(slashQuery(text, caret));
    setActive(0);
  };
  const toggle = () => {
    setQuery(query === null ? "" : null);
    setActive(0);
  };
  return { open: query !== null, replies, active, press, look, toggle, close };
}
