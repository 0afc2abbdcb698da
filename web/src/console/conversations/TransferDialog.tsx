import { Alert, Input, Modal } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import { STATUS_WORDS } from "../shell/StatusSwitch";
import { Problem } from "../states/Problem";
import { Chips } from "./Chips";

const { TextArea } = Input;

interface TransferDialogProps {
  conversationId: string;
  onDone: () => void;
  onCancel: () => void;
}

/** To a person or a queue, with a note; who passes it on answers for it until another accepts. */
export function TransferDialog(props: TransferDialogProps): JSX.Element {
  const { to, choose, note, write, problem, busy, confirm } = useTransfer(props);
  return (
    <Modal
      open
      title="转接"
      okText="确认转接"
      cancelText="取消"
      confirmLoading={busy}
      okButtonProps={{ "data-testid": "transfer-confirm" }}
      onOk={() => void confirm()}
      onCancel={props.onCancel}
    >
      <Targets chosen={to} onChoose={choose} />
      <label className="field">
        <span>转接原因和已做的处理（客户看不到）</span>
        <TextArea
          data-testid="transfer-note"
          rows={3}
          value={note}
          onChange={(event) => write(event.target.value)}
        />
      </label>
      {problem && <Alert type="error" showIcon title={problem} />}
    </Modal>
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
      const target = kind === "agent" ? { agent: name } : { queue: name };
      await api.transfer(conversationId, target, note);
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
  const queues = (data?.queues ?? []).map(({ name, label }) => [`queue:${name}`, `${label}队列`]);
  const people = (data?.people ?? [])
    .filter(({ username }) => username !== me.username)
    .map(({ username, name, status, load, capacity }) => [
      `agent:${username}`,
      `${name} · ${STATUS_WORDS[status]} · ${load}/${capacity}`,
    ]);
  const choices = [...queues, ...people].map(([value = "", words = ""]) => ({
    value,
    words,
    testid: `target-${value}`,
  }));
  return (
    <>
      {problem && <Problem words={problem} onRetry={refetch} />}
      <Chips title="转给" choices={choices} chosen={chosen} onChoose={onChoose} />
    </>
  );
}
