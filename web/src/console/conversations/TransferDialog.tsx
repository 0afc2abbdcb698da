import type { JSX } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import type { Colleague } from "../model";
import { Problem } from "../Problem";

interface TransferDialogProps {
  conversationId: string;
  onDone: () => void;
  onCancel: () => void;
}

const STATUS: Record<Colleague["status"], string> = {
  online: "在线",
  busy: "忙碌",
  away: "离开",
  offline: "离线",
};

/** To a person or a queue, with a note; who passes it on answers for it until another accepts. */
export function TransferDialog(props: TransferDialogProps): JSX.Element {
  const { onCancel } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const { to, choose, note, write, problem, busy, confirm } = useTransfer(props);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="transfer-title" onClose={onCancel}>
      <h2 id="transfer-title" class="dialog__title">
        转接
      </h2>
      <Targets chosen={to} onChoose={choose} />
      <label class="field">
        <span>转接原因和已做的处理（客户看不到）</span>
        <textarea
          data-testid="transfer-note"
          rows={3}
          value={note}
          onInput={(event) => write(event.currentTarget.value)}
        />
      </label>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="dialog__bar">
        <button type="button" class="button" onClick={onCancel}>
          取消
        </button>
        <button
          type="button"
          class="button button--main"
          data-testid="transfer-confirm"
          disabled={busy}
          onClick={() => void confirm()}
        >
          {busy ? "正在转接…" : "确认转接"}
        </button>
      </div>
    </dialog>
  );
}

function useTransfer({ conversationId, onDone }: TransferDialogProps) {
  const { api } = useContext(Desk);
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = (next: string) => {
    setTo(next);
    setProblem(null);
  };
  const write = (next: string) => {
    setNote(next);
    setProblem(null);
  };
  const confirm = async () => {
    if (to === "" || note.trim() === "") {
      setProblem(to === "" ? "请选择转给谁" : "请写明转接原因");
      return;
    }
    setBusy(true);
    try {
      const [kind, name = ""] = to.split(":", 2);
      await api.transfer(
        conversationId,
        kind === "agent" ? { agent: name } : { queue: name },
        note,
      );
      onDone();
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };
  return { to, choose, note, write, problem, busy, confirm };
}

/** Queues first, then colleagues with what they have to do. */
function Targets({
  chosen,
  onChoose,
}: {
  chosen: string;
  onChoose: (target: string) => void;
}): JSX.Element {
  const { api, me } = useContext(Desk);
  const { data, problem, refetch } = useFetched("people", [], () => api.people());
  const queues = (data?.queues ?? []).map(({ name, label }) => ({
    value: `queue:${name}`,
    words: `${label}队列`,
  }));
  const people = (data?.people ?? [])
    .filter(({ username }) => username !== me.username)
    .map(({ username, name, status, load, capacity }) => ({
      value: `agent:${username}`,
      words: `${name} · ${STATUS[status]} · ${load}/${capacity}`,
    }));
  return (
    <fieldset class="chips">
      <legend>转给</legend>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {[...queues, ...people].map(({ value, words }) => (
        <button
          key={value}
          type="button"
          class={value === chosen ? "chip chip--chosen" : "chip"}
          aria-pressed={value === chosen}
          data-testid={`target-${value}`}
          onClick={() => onChoose(value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
