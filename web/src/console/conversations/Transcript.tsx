import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { dayKey, dayLabel, parseMoment } from "../../shared/time";
import type { StaffMessage } from "../model";
import { PendingBubble, TranscriptMessage } from "./TranscriptMessage";
import type { PendingAnswer } from "./use_answers";

interface TranscriptProps {
  messages: readonly StaffMessage[];
  pending: readonly PendingAnswer[];
  onRetry: (pending: PendingAnswer) => void;
}

/** What was said, oldest first; keeps to the end unless the agent reads further up. */
export function Transcript({ messages, pending, onRetry }: TranscriptProps): JSX.Element {
  const view = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const newest = messages.at(-1)?.id;
  useLayoutEffect(() => {
    const element = view.current;
    if (element && (atEnd.current || pending.length > 0)) element.scrollTop = element.scrollHeight;
  }, [newest, pending]);
  const look = () => {
    const element = view.current;
    if (element)
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
  };
  const now = new Date();
  return (
    <div
      class="transcript"
      ref={view}
      onScroll={look}
      tabIndex={0}
      role="log"
      aria-label="消息记录"
    >
      {messages.map((message, index) => {
        const day = newDay(messages[index - 1], message);
        return (
          <div key={message.id} class="transcript__entry">
            {day && <p class="transcript__day">{dayLabel(day, now)}</p>}
            <TranscriptMessage message={message} />
          </div>
        );
      })}
      {pending.map((answer) => (
        <PendingBubble key={answer.clientId} answer={answer} onRetry={() => onRetry(answer)} />
      ))}
    </div>
  );
}

function newDay(before: StaffMessage | undefined, message: StaffMessage): Date | null {
  const at = parseMoment(message.at);
  const earlier = parseMoment(before?.at);
  if (at === null || (earlier !== null && dayKey(earlier) === dayKey(at))) return null;
  return at;
}
