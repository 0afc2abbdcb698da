import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { MessageRow, Row } from "../rows";

const AT_END_WITHIN = 80;

interface Following {
  view: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  newBelow: boolean;
  toNewest: () => void;
}

/**
 * Scrolls along with the conversation while the reader is at its end. Who has scrolled up to read
 * is left there and gets the sign that something new has come; one's own words always show.
 */
export function useFollowing(rows: readonly Row[], typing: boolean): Following {
  const { view, content, atEnd, toEnd, settle } = useEnd(rows.length > 0);
  const newestKey = useRef<string | null>(null);
  const [newBelow, setNewBelow] = useState(false);

  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const look = () => {
      if (atEnd()) setNewBelow(false);
    };
    element.addEventListener("scroll", look, { passive: true });
    return () => element.removeEventListener("scroll", look);
  }, [view, atEnd]);

  useLayoutEffect(() => {
    const newest = newestMessage(rows);
    const arrived = newest !== null && newest.key !== newestKey.current;
    newestKey.current = newest?.key ?? null;
    const own = arrived && newest.status === "sending";
    if (own || atEnd()) toEnd("auto");
    else if (arrived) setNewBelow(true);
    settle();
  }, [rows, typing, atEnd, toEnd, settle]);

  return { view, content, newBelow, toNewest: () => toEnd("smooth") };
}

/**
 * Where the end was when the view was last at rest. Measured instead of remembered from scroll
 * events: when new content comes the old end is what tells whether the reader was there.
 */
function useEnd(hasMessages: boolean) {
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const end = useRef(0);
  // In a ref: the resize observer may call between a render and its effects.
  const talking = useRef(hasMessages);
  talking.current = hasMessages;
  const atEnd = useCallback(
    () => view.current === null || end.current - view.current.scrollTop < AT_END_WITHIN,
    [],
  );
  const settle = useCallback(() => {
    const element = view.current;
    if (element) end.current = element.scrollHeight - element.clientHeight;
  }, []);
  const toEnd = useCallback((behavior: ScrollBehavior) => {
    const element = view.current;
    // The welcome is read from its top.
    if (element) element.scrollTo({ top: talking.current ? element.scrollHeight : 0, behavior });
  }, []);

  useEffect(() => {
    // Images that load late and the keyboard that opens change heights without any new message.
    const resized = new ResizeObserver(() => {
      if (atEnd()) toEnd("auto");
      settle();
    });
    for (const element of [view.current, content.current]) if (element) resized.observe(element);
    return () => resized.disconnect();
  }, [atEnd, toEnd, settle]);
  return { view, content, atEnd, toEnd, settle };
}

function newestMessage(rows: readonly Row[]): MessageRow | null {
  const newest = rows.at(-1);
  return newest?.kind === "message" ? newest : null;
}
