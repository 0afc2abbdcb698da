import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Kept } from "../../shared/kept";
import { highestId } from "../../shared/merge";
import { useStore } from "../../shared/store";
import type { Conversation } from "../conversation";
import type { Embedding } from "../embedding";
import { modeOf, WORDS } from "../mode";
import { rowsOf } from "../rows";
import { Composer } from "./Composer";
import { Header } from "./Header";
import { LinkBanner } from "./LinkBanner";
import { MessageLog } from "./MessageLog";
import { useUnread } from "./use_unread";

interface AppProps {
  conversation: Conversation;
  kept: Kept;
  host: Embedding;
}

/** The whole customers' page. */
export function App({ conversation, kept, host }: AppProps): JSX.Element {
  const state = useStore(conversation.store);
  const rows = useMemo(() => rowsOf(state.messages, state.outbox), [state.messages, state.outbox]);
  const mode = modeOf(state.messages);
  const input = useRef<HTMLTextAreaElement>(null);
  const looking = useUnread({ messages: state.messages, kept, host });
  useEffect(() => {
    // Again when a person comes: they did not hear of what was read before.
    if (looking) conversation.presence.seen(highestId(state.messages));
  }, [looking, conversation, state.messages, state.service.state]);
  useLayoutEffect(() => {
    // On the root, so that every size given in rem grows with it; with the words, not after them.
    document.documentElement.dataset.mode = mode;
  }, [mode]);
  useEffect(() => host.onCustomer((token) => conversation.vouchedFor(token)), [host, conversation]);
  useEffect(() => host.onShown((shown) => shown && input.current?.focus()), [host]);
  useEffect(() => {
    if (!host.embedded) return;
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing) host.tell({ type: "close" });
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [host]);

  const say = (text: string) => conversation.say(text);
  return (
    <div class={host.embedded ? "page page--embedded" : "page"}>
      <main class="messenger">
        <Header
          service={state.service}
          mode={mode}
          onMode={(wanted) => say(WORDS[wanted])}
          {...(state.messages.length > 0 && { onSave: () => conversation.save() })}
          {...(host.embedded && { onClose: () => host.tell({ type: "close" }) })}
        />
        <LinkBanner link={state.link} />
        <MessageLog
          rows={rows}
          loading={!state.historyLoaded && state.messages.length === 0}
          typing={state.typing}
          agent={state.service.agent}
          onSay={say}
          onRetry={(messageId) => conversation.retry(messageId)}
        />
        <Composer
          input={input}
          onSay={say}
          onWriting={(on) => conversation.presence.writing(on)}
          onPicture={(file) => conversation.show(file)}
        />
      </main>
    </div>
  );
}
