import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { duration, parseMoment } from "../../shared/time";
import { useNow } from "../hooks";
import type { ConversationSummary } from "../model";
import { DueTag } from "./ConversationRow";

interface TakeBarProps {
  conversation: ConversationSummary;
  onTake: () => Promise<void>;
}

/** The customer waits: for how long, until when somebody must answer, and the button to do it. */
export function TakeBar({ conversation, onTake }: TakeBarProps): JSX.Element {
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const since = parseMoment(conversation.waiting_since);
  const due = parseMoment(conversation.due_at);
  const take = async () => {
    setBusy(true);
    await onTake();
    setBusy(false);
  };
  return (
    <div class="take-bar">
      <p class="take-bar__words">
        客户正在等待
        {since && ` · 已等 ${duration(now.getTime() - since.getTime())}`}{" "}
        {due && <DueTag due={due} now={now} />}
      </p>
      <button
        type="button"
        class="button button--main"
        data-testid="take"
        disabled={busy}
        onClick={() => void take()}
      >
        {busy ? "正在接入…" : "接入"}
      </button>
    </div>
  );
}
