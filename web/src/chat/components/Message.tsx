import type { JSX } from "preact";
import { RetryIcon } from "../../shared/icons";
import { RichText } from "../../shared/RichText";
import { clockTime } from "../../shared/time";
import { wordsBeside } from "../card";
import { PICTURE_WORDS } from "../protocol";
import type { MessageRow } from "../rows";
import { words } from "../words";
import { Avatar } from "./Avatar";
import { CardView } from "./CardView";
import { QuickReplies } from "./QuickReplies";

interface MessageProps {
  row: MessageRow;
  showStatus: boolean;
  onSay: (text: string) => void;
  onRetry: (messageId: string) => void;
}

/** One message with its speaker, its time, its buttons and, for the customer's own, its fate. */
export function Message(props: MessageProps): JSX.Element {
  const { row, onSay } = props;
  const mark = { "data-testid": "message", "data-author": row.author, "data-id": row.id ?? "" };
  if (row.author === "system") {
    return (
      <div class="system" {...mark}>
        <span class="system__text">
          <RichText text={row.text} />
        </span>
      </div>
    );
  }
  const own = row.author === "customer";
  const text = wordsOf(row);
  return (
    <div class={messageClass(row, own)} {...mark}>
      {!own && <Speaker row={row} />}
      {own && <span class="visually-hidden">{words.youSay}</span>}
      <div class="message__body">
        {text && (
          <p class="bubble">
            <RichText text={text} />
          </p>
        )}
        {row.card && <CardView card={row.card} />}
        {row.image && <Picture src={row.image} own={own} />}
      </div>
      {row.buttons.length > 0 && (
        <QuickReplies
          buttons={row.buttons}
          open={row.buttonsOpen}
          chosen={row.chosen}
          onSay={onSay}
        />
      )}
      {own && <Fate {...props} />}
    </div>
  );
}

function messageClass(row: MessageRow, own: boolean): string {
  const classes = ["message", own ? "message--own" : "message--other"];
  if (row.opensGroup) classes.push("message--opens");
  if (row.closesGroup) classes.push("message--closes");
  if (row.status !== "sent") classes.push(`message--${row.status}`);
  return classes.join(" ");
}

function Speaker({ row }: { row: MessageRow }): JSX.Element {
  const agent = row.author === "agent";
  const who = agent ? words.agent(row.name ?? "") : words.bot;
  if (!row.opensGroup) return <span class="visually-hidden">{words.says(who)}</span>;
  return (
    <div class="message__speaker">
      <Avatar author={agent ? "agent" : "bot"} {...(row.name && { name: row.name })} />
      <span class="message__name">{who}</span>
      <time class="message__time" dateTime={row.at.toISOString()}>
        {clockTime(row.at)}
      </time>
    </div>
  );
}

/** What stands in the bubble: not what is seen in a card or a picture beside it. */
function wordsOf({ text, card, image }: MessageRow): string {
  if (image && text === PICTURE_WORDS) return "";
  return card ? wordsBeside(text) : text;
}

function Picture({ src, own }: { src: string; own: boolean }): JSX.Element {
  const alt = own ? words.ownPicture : words.theirPicture;
  return (
    <a class="picture" href={src} target="_blank" rel="noopener noreferrer">
      <img src={src} alt={alt} loading="lazy" />
    </a>
  );
}

function Fate({ row, showStatus, onRetry }: MessageProps): JSX.Element | null {
  const { messageId } = row;
  if (row.status === "failed") {
    return (
      <p class="message__fate message__fate--failed" role="alert">
        <span>{failureWords(row.reason)}</span>
        <button type="button" class="retry" onClick={() => messageId && onRetry(messageId)}>
          <RetryIcon size={15} />
          {words.again}
        </button>
      </p>
    );
  }
  if (row.status === "sending") return <p class="message__fate">{words.sending}</p>;
  if (!row.closesGroup) return null;
  return (
    <p class="message__fate">
      <time dateTime={row.at.toISOString()}>
        {showStatus ? words.delivered(clockTime(row.at)) : clockTime(row.at)}
      </time>
    </p>
  );
}

/** The gateway's own words when they are meant for people, a plain sentence otherwise. */
function failureWords(reason: string | undefined): string {
  return reason && /\p{Script=Han}/u.test(reason) ? reason : words.failed;
}
