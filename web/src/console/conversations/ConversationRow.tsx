import type { JSX } from "react";
import { dueClock, duration, parseMoment, shortMoment } from "../../shared/time";
import { channelLabel, stateLabel } from "../labels";
import { agentName, type Box, type ConversationSummary, customerName } from "../model";
import { routeHash } from "../route";

interface ConversationRowProps {
  conversation: ConversationSummary;
  box: Box;
  chosen: boolean;
  now: Date;
}

/** One conversation in a list: who, why, last words, how long they wait and until when. */
export function ConversationRow({
  conversation,
  box,
  chosen,
  now,
}: ConversationRowProps): JSX.Element {
  const { id, last_message: last, unread = 0 } = conversation;
  const at = parseMoment(last?.at);
  return (
    <li>
      <a
        className="row"
        href={routeHash({ page: "conversations", box, id })}
        data-testid="conversation-row"
        data-id={id}
        {...(chosen && { "aria-current": "true" as const })}
      >
        <span className="row__line">
          <span className="row__name">{customerName(conversation)}</span>
          {at && <time className="row__time">{shortMoment(at, now)}</time>}
        </span>
        <span className="row__line">
          <span className="row__last">
            {last ? `${speaker(last.author)}${last.text}` : "暂无消息"}
          </span>
          {unread > 0 && (
            <span className="count count--queued">
              {unread}
              <span className="visually-hidden"> 条未读</span>
            </span>
          )}
        </span>
        <span className="row__tags">
          <span className="tag">{channelLabel(conversation.channel)}</span>
          <Standing conversation={conversation} now={now} />
        </span>
      </a>
    </li>
  );
}

function Standing({
  conversation,
  now,
}: {
  conversation: ConversationSummary;
  now: Date;
}): JSX.Element {
  const since = parseMoment(conversation.waiting_since);
  const due = parseMoment(conversation.due_at);
  if (conversation.state !== "queued") {
    const agent = agentName(conversation);
    return (
      <span className="tag">
        {agent && conversation.state === "human" ? agent : stateLabel(conversation.state)}
      </span>
    );
  }
  return (
    <>
      {conversation.rank && <span className="tag tag--soon">{conversation.rank}</span>}
      {conversation.reason_label && (
        <span className="tag tag--reason">{conversation.reason_label}</span>
      )}
      {conversation.offer && <span className="tag">已请 {conversation.offer.agent}</span>}
      {since && <span className="tag">已等 {duration(now.getTime() - since.getTime())}</span>}
      {due && <DueTag due={due} now={now} />}
    </>
  );
}

export function DueTag({ due, now }: { due: Date; now: Date }): JSX.Element {
  const { text, urgency } = dueClock(due, now);
  return <span className={`tag tag--${urgency}`}>{text}</span>;
}

function speaker(author: string): string {
  if (author === "agent") return "坐席：";
  return author === "bot" ? "小通：" : "";
}
