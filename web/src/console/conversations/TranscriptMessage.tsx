import { Button } from "antd";
import type { JSX } from "react";
import { safeUrl } from "../../shared/segments";
import { clockTime, parseMoment } from "../../shared/time";
import type { StaffMessage } from "../model";
import { RichText } from "../text/RichText";
import type { PendingAnswer } from "./use_answers";

const SPEAKERS = { customer: "客户", bot: "小通", agent: "坐席", system: "系统" } as const;

interface TranscriptMessageProps {
  message: StaffMessage;
  /** The customer has read up to here. */
  seen: boolean;
}

/** One message as staff see it: with the bot's understanding below the customer's words. */
export function TranscriptMessage({ message, seen }: TranscriptMessageProps): JSX.Element {
  const at = parseMoment(message.at);
  const image = message.image ? safeUrl(message.image, location.href) : null;
  return (
    <div
      className={`line line--${message.author}`}
      data-testid="message"
      data-author={message.author}
      data-id={message.id}
    >
      <p className="line__head">
        <span className="line__who">{message.name || SPEAKERS[message.author]}</span>
        {at && <time dateTime={message.at}>{clockTime(at)}</time>}
      </p>
      {message.text && (
        <p className="line__bubble">
          <RichText text={message.text} />
        </p>
      )}
      {image && (
        <a href={image} target="_blank" rel="noopener noreferrer">
          <img className="line__image" src={image} alt="消息中的图片" loading="lazy" />
        </a>
      )}
      {message.buttons && message.buttons.length > 0 && (
        <p className="line__buttons">
          按钮：{message.buttons.map(({ title }) => title).join("　")}
        </p>
      )}
      {message.intent && <p className="line__intent">{understood(message)}</p>}
      {seen && (
        <p className="line__intent" data-testid="seen">
          客户已读
        </p>
      )}
    </div>
  );
}

function understood({ intent, confidence }: StaffMessage): string {
  const sure = typeof confidence === "number" ? ` · 置信度 ${Math.round(confidence * 100)}%` : "";
  return `意图 ${intent}${sure}`;
}

interface PendingBubbleProps {
  answer: PendingAnswer;
  onRetry: () => void;
}

export function PendingBubble({ answer, onRetry }: PendingBubbleProps): JSX.Element {
  return (
    <div className="line line--agent line--pending">
      <p className="line__bubble">{answer.text}</p>
      {answer.problem === null ? (
        <p className="line__intent">发送中…</p>
      ) : (
        <p className="line__failed" role="alert">
          {answer.problem}
          <Button size="small" onClick={onRetry}>
            重新发送
          </Button>
        </p>
      )}
    </div>
  );
}
