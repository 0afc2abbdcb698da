import { Alert, App, Button, Input, Modal } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { type BulkResult, may, type OrderChoices } from "../model";
import { Choice } from "./Choice";

interface BulkBarProps {
  numbers: readonly string[];
  choices: OrderChoices | null;
  onDone: () => void;
}

/** One change for all ticked orders; each says for itself whether it went. */
export function BulkBar({ numbers, choices, onDone }: BulkBarProps): JSX.Element {
  const { to, setTo, team, setTeam, note, setNote, busy, change, results } = useBulk(numbers);
  const states = (choices?.states ?? []).map(({ name, label }) => ({ value: name, label }));
  const teams = (choices?.teams ?? []).map(({ code, name }) => ({ value: code, label: name }));
  return (
    <div className="bulk" role="group" aria-label="批量操作">
      <span>已选 {numbers.length} 单</span>
      {may(useContext(Desk).me, "give_orders") && (
        <Choice
          label="派给班组"
          empty="派给班组"
          testid="bulk-team"
          value={team}
          options={teams}
          onChange={setTeam}
        />
      )}
      <Choice
        label="流转到"
        empty="流转到"
        testid="bulk-to"
        value={to}
        options={states}
        onChange={setTo}
      />
      <Input
        className="bulk__note"
        aria-label="批量操作说明"
        placeholder="说明"
        maxLength={500}
        data-testid="bulk-note"
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button
        type="primary"
        loading={busy}
        disabled={!to && !team}
        data-testid="bulk-apply"
        onClick={() => void change()}
      >
        执行
      </Button>
      <Button onClick={onDone}>取消选择</Button>
      {results && <Results results={results} onClose={onDone} />}
    </div>
  );
}

function useBulk(numbers: readonly string[]) {
  const { api, refresher } = useContext(Desk);
  const { message } = App.useApp();
  const [to, setTo] = useState("");
  const [team, setTeam] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [results, setResults] = useState<readonly BulkResult[] | null>(null);
  const change = async () => {
    setBusy(true);
    try {
      // Handing over is a step of its own: with a team, the state follows from it.
      const wish = team ? { team } : { to };
      setResults((await api.changeOrders({ numbers, note, ...wish })).results);
      refresher.stale(["orders"]);
    } catch (error) {
      void message.error(wordsOf(error));
    }
    setBusy(false);
  };
  const chooseTo = (next: string) => {
    setTo(next);
    if (next) setTeam("");
  };
  const chooseTeam = (next: string) => {
    setTeam(next);
    if (next) setTo("");
  };
  return { to, setTo: chooseTo, team, setTeam: chooseTeam, note, setNote, busy, change, results };
}

function Results(props: { results: readonly BulkResult[]; onClose: () => void }): JSX.Element {
  const { results, onClose } = props;
  const failed = results.filter(({ ok }) => !ok);
  const summary =
    failed.length === 0
      ? `${results.length} 单全部完成`
      : `${results.length - failed.length} 单完成，${failed.length} 单没有改动`;
  return (
    <Modal open title="批量操作结果" footer={null} onCancel={onClose}>
      <Alert type={failed.length === 0 ? "success" : "warning"} showIcon title={summary} />
      <ul className="results" data-testid="bulk-results">
        {results.map(({ number, ok, message }) => (
          <li key={number} className="results__row" data-ok={ok}>
            <span className="mono">{number}</span>
            <span className={ok ? "tag tag--calm" : "tag tag--late"}>{ok ? "完成" : "未改动"}</span>
            <span>{message}</span>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
