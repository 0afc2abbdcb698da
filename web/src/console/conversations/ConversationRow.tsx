import type { JSX } from "preact";
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
        class="row"
        href={routeHash({ page: "conversations", box, id })}
        data-testid="conversation-row"
        data-id={id}
        {...(chosen && { "aria-current": "true" as const })}
      >
        <span class="row__line">
          <span class="row__name">{customerName(conversation)}</span>
          {at && <time class="row__time">{shortMoment(at, now)}</time>}
        </span>
        <span class="row__line">
          <span class="row__last">{last ? `${speaker(last.author)}${last.text}` : "暂无消息"}</span>
          {unread > 0 && (
            <span class="count count--queued">
              {unread}
              <span class="visually-hidden"> 条未读</span>
            </span>
          )}
        </span>
        <span class="row__tags">
          <span class="tag">{channelLabel(conversation.channel)}</span>
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
      <span class="tag">
        {agent && conversation.state === "human" ? agent : stateLabel(conversation.state)}
      </span>
    );
  }
  return (
    <>
      {conversation.rank && <span class="tag tag--soon">{conversation.rank}</span>}
      {conversation.reason_label && (
        <span class="tag tag--reason">{conversation.reason_label}</span>
      )}
      {conversation.offer && <span class="tag">已请 {conversation.offer.agent}</span>}
      {since && <span class="tag">已等 {duration(now.getTime() - since.getTime())}</span>}
      {due && <DueTag due={due} now={now} />}
    </>
  );
}

export function DueTag({ due, now }: { due: Date; now: Date }): JSX.Element {
  const { text, urgency } = dueClock(due, now);
  return <span class={`tag tag--${urgency}`}>{text}</span>;
}

function speaker(author: string): string {
  if (author === "agent") return "坐席：";
  return author === "bot" ? "小通：" : "";
}
