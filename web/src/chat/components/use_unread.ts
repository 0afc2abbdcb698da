import { useEffect, useState } from "preact/hooks";
import type { Kept } from "../../shared/kept";
import { highestId } from "../../shared/merge";
import type { Embedding } from "../embedding";
import type { ChatMessage } from "../protocol";
import { unreadCount } from "../unread";
import { words } from "../words";

const LAST_READ = "xiaotong.last-read";

interface UnreadInputs {
  messages: readonly ChatMessage[];
  kept: Kept;
  host: Embedding;
}

/**
 * Counts what arrives while nobody looks, shows it in the title and tells the launcher; says
 * whether somebody looks.
 */
export function useUnread({ messages, kept, host }: UnreadInputs): boolean {
  const looking = useLooking(host);
  const [title] = useState(document.title);
  useEffect(() => {
    const newest = highestId(messages);
    if (looking && newest > 0) kept.write(LAST_READ, String(newest));
    const unread = looking ? 0 : unreadCount(messages, Number(kept.read(LAST_READ) ?? 0));
    document.title = unread > 0 ? words.unread(unread, title) : title;
    host.tell({ type: "unread", count: unread });
  }, [messages, looking, kept, host, title]);
  return looking;
}

/** A frame that the launcher keeps hidden counts as visible for the browser, but not for us. */
function useLooking(host: Embedding): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  const [shown, setShown] = useState(!host.embedded);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener("visibilitychange", look);
    const stop = host.onShown(setShown);
    host.tell({ type: "ready" });
    return () => {
      document.removeEventListener("visibilitychange", look);
      stop();
    };
  }, [host]);
  return visible && shown;
}
