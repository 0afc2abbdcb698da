import { Button } from "antd";
import { type JSX, useState } from "react";
import { duration, parseMoment } from "../../shared/time";
import { useNow } from "../hooks";
import type { ConversationSummary } from "../model";
import { useShortcut } from "../shell/shortcuts";
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
  const during = async (work: () => Promise<void>) => {
    setBusy(true);
    await work();
    setBusy(false);
  };
  const { offer } = conversation;
  useShortcut("take", busy ? null : () => void during(onTake));
  return (
    <div className="take-bar">
      <p className="take-bar__words">
        客户正在等待
        {since && ` · 已等 ${duration(now.getTime() - since.getTime())}`}{" "}
        {due && <DueTag due={due} now={now} />}
        {offer && <span className="tag">{offerWords(offer, me, now)}</span>}
      </p>
      {offer?.agent === me && (
        <Button data-testid="decline" disabled={busy} onClick={() => void during(onDecline)}>
          暂不接
        </Button>
      )}
      <Button
        type="primary"
        data-testid="take"
        title="接入（t）"
        loading={busy}
        onClick={() => void during(onTake)}
      >
        {busy ? "正在接入…" : "接入"}
      </Button>
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
