import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { duration, parseMoment } from "../../shared/time";
import { useNow } from "../hooks";
import type { ConversationSummary } from "../model";
import { DueTag } from "./ConversationRow";

interface TakeBarProps {
  conversation: ConversationSummary;
  /** Whom the signed-in person is called: an offer is only answered by whom it is for. */
  me: string;
  onTake: () => Promise<void>;
  onDecline: () => Promise<void>;
}

/** The customer waits: for how long, until when somebody must answer, and the button to do it. */
export function TakeBar({ conversation, me, onTake, onDecline }: TakeBarProps): JSX.Element {
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const since = parseMoment(conversation.waiting_since);
  const due = parseMoment(conversation.due_at);
  const during = (work: () => Promise<void>) => async () => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  const { offer } = conversation;
  return (
    <div class="take-bar">
      <p class="take-bar__words">
        客户正在等待
        {since && ` · 已等 ${duration(now.getTime() - since.getTime())}`}{" "}
        {due && <DueTag due={due} now={now} />}
        {offer && <span class="tag">{offerWords(offer, me, now)}</span>}
      </p>
      {offer?.agent === me && (
        <button
          type="button"
          class="button"
          data-testid="decline"
          disabled={busy}
          onClick={() => void during(onDecline)()}
        >
          暂不接
        </button>
      )}
      <button
        type="button"
        class="button button--main"
        data-testid="take"
        disabled={busy}
        onClick={() => void during(onTake)()}
      >
        {busy ? "正在接入…" : "接入"}
      </button>
    </div>
  );
}

/** To whom it is held out, and how long that person still has. */
export function offerWords(
  offer: { readonly agent: string; readonly expires_at: string },
  me: string,
  now: Date,
): string {
  const expires = parseMoment(offer.expires_at);
  const left = expires ? Math.max(Math.ceil((expires.getTime() - now.getTime()) / 1000), 0) : 0;
  return `${offer.agent === me ? "请您接入" : `已请 ${offer.agent}`} · ${left} 秒`;
}
