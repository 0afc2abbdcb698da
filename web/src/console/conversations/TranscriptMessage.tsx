import type { JSX } from "preact";
import { RichText } from "../../shared/RichText";
import { safeUrl } from "../../shared/segments";
import { clockTime, parseMoment } from "../../shared/time";
import type { StaffMessage } from "../model";
import type { PendingAnswer } from "./use_answers";

const SPEAKERS = { customer: "客户", bot: "小通", agent: "坐席", system: "系统" } as const;

/** One message as staff see it: with the bot's understanding below the customer's words. */
export function TranscriptMessage({ message }: { message: StaffMessage }): JSX.Element {
  const at = parseMoment(message.at);
  const image = message.image ? safeUrl(message.image, location.href) : null;
  return (
    <div
      class={`line line--${message.author}`}
      data-testid="message"
      data-author={message.author}
      data-id={message.id}
    >
      <p class="line__head">
        <span class="line__who">{message.name || SPEAKERS[message.author]}</span>
        {at && <time dateTime={message.at}>{clockTime(at)}</time>}
      </p>
      {message.text && (
        <p class="line__bubble">
          <RichText text={message.text} />
        </p>
      )}
      {image && (
        <a href={image} target="_blank" rel="noopener noreferrer">
          <img class="line__image" src={image} alt="消息中的图片" loading="lazy" />
        </a>
      )}
      {message.buttons && message.buttons.length > 0 && (
        <p class="line__buttons">按钮：{message.buttons.map(({ title }) => title).join("　")}</p>
      )}
      {message.intent && (
        <p class="line__intent">
          意图 {message.intent}
          {typeof message.confidence === "number" &&
            ` · 置信度 ${Math.round(message.confidence * 100)}%`}
        </p>
      )}
    </div>
  );
}

interface PendingBubbleProps {
  answer: PendingAnswer;
  onRetry: () => void;
}

export function PendingBubble({ answer, onRetry }: PendingBubbleProps): JSX.Element {
  return (
    <div class="line line--agent line--pending">
      <p class="line__bubble">{answer.text}</p>
      {answer.problem === null ? (
        <p class="line__intent">发送中…</p>
      ) : (
        <p class="line__failed" role="alert">
          {answer.problem}
          <button type="button" class="button button--small" onClick={onRetry}>
            重新发送
          </button>
        </p>
      )}
    </div>
  );
}
