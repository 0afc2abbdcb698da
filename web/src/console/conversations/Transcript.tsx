import { type JSX, useLayoutEffect, useRef } from "react";
import { dayLabel } from "../../shared/time";
import type { StaffMessage, StaffNote } from "../model";
import type { Sign } from "../signs";
import { NoteLine } from "./NoteLine";
import { PendingBubble, TranscriptMessage } from "./TranscriptMessage";
import { lastSeen, talkRows } from "./talk_rows";
import type { PendingAnswer } from "./use_answers";

interface TranscriptProps {
  messages: readonly StaffMessage[];
  notes: readonly StaffNote[];
  sign: Sign | null;
  pending: readonly PendingAnswer[];
  onRetry: (pending: PendingAnswer) => void;
}

/** What was said, oldest first; keeps to the end unless the agent reads further up. */
export function Transcript(props: TranscriptProps): JSX.Element {
  const { messages, notes, sign, pending, onRetry } = props;
  const { view, look } = useFollowing([
    messages.at(-1)?.id,
    notes.at(-1)?.id,
    pending,
    sign?.typing,
  ]);
  const now = new Date();
  const seen = lastSeen(messages, sign?.read_to ?? 0);
  return (
    <div
      className="transcript"
      ref={view}
      onScroll={look}
      tabIndex={0}
      role="log"
      aria-label="消息记录"
    >
      {talkRows(messages, notes).map((row) => (
        <div key={row.key} className="transcript__entry">
          {row.day && <p className="transcript__day">{dayLabel(row.day, now)}</p>}
          {row.kind === "note" ? (
            <NoteLine note={row.note} />
          ) : (
            <TranscriptMessage message={row.message} seen={row.message.id === seen} />
          )}
        </div>
      ))}
      {pending.map((answer) => (
        <PendingBubble key={answer.clientId} answer={answer} onRetry={() => onRetry(answer)} />
      ))}
      {sign?.typing && (
        <p className="transcript__typing" data-testid="customer-typing">
          客户正在输入…
        </p>
      )}
    </div>
  );
}

function useFollowing(news: readonly unknown[]) {
  const view = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const element = view.current;
    if (element && atEnd.current) element.scrollTop = element.scrollHeight;
    // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is the caller's to say
  }, news);
  const look = () => {
    const element = view.current;
    if (element)
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
  };
  return { view, look };
}
