import { Alert, Button, Input } from "antd";
import { type JSX, useContext, useState } from "react";
import { Block } from "../conversations/blocks";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { may, type OrderChoices, type OrderDetail } from "../model";
import { Choice } from "./Choice";

const { TextArea } = Input;

interface OrderActionsProps {
  order: OrderDetail;
  choices: OrderChoices | null;
}

/** What can be done with an order: its next steps, handing it over, a note. */
export function OrderActions({ order, choices }: OrderActionsProps): JSX.Element {
  const { api, me } = useContext(Desk);
  const [note, setNote] = useState("");
  const { problem, busy, attempt } = useAttempt(order.number, () => setNote(""));
  const words = note.trim();
  const moves = order.moves ?? [];
  return (
    <Block title="处理">
      <TextArea
        aria-label="处理说明"
        placeholder="说明：做了什么、为什么（随下面的操作一起记录）"
        rows={2}
        maxLength={500}
        data-testid="order-note"
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {problem && <Alert type="error" showIcon title={problem} />}
      <div className="actions" role="group" aria-label="下一步">
        <Button
          disabled={busy || words === ""}
          data-testid="order-note-save"
          onClick={() => attempt(() => api.noteOrder(order.number, words))}
        >
          只记说明
        </Button>
        {moves.map(({ name, label }) => (
          <Button
            key={name}
            disabled={busy}
            danger={name === "cancelled"}
            data-testid={`move-${name}`}
            onClick={() => attempt(() => api.moveOrder(order.number, name, words))}
          >
            {label}
          </Button>
        ))}
      </div>
      {may(me, "give_orders") && (
        <Assign
          choices={choices}
          busy={busy}
          onAssign={(team, person) =>
            attempt(() => api.assignOrder(order.number, team, person, words))
          }
        />
      )}
    </Block>
  );
}

function useAttempt(number: string, onDone: () => void) {
  const { refresher } = useContext(Desk);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    work()
      .then(onDone, (error: unknown) => setProblem(wordsOf(error)))
      .finally(() => {
        setBusy(false);
        refresher.stale(["orders", `order:${number}`]);
      });
  };
  return { problem, busy, attempt };
}

interface AssignProps {
  choices: OrderChoices | null;
  busy: boolean;
  onAssign: (team: string, person: string) => void;
}

function Assign({ choices, busy, onAssign }: AssignProps): JSX.Element {
  const [team, setTeam] = useState("");
  const [person, setPerson] = useState("");
  const teams = choices?.teams ?? [];
  const people = teams.find(({ code }) => code === team)?.people ?? [];
  return (
    <div className="actions" role="group" aria-label="派单">
      <Choice
        label="派给班组"
        empty="派给班组"
        testid="assign-team"
        value={team}
        options={teams.map(({ code, name }) => ({ value: code, label: name }))}
        onChange={(next) => {
          setTeam(next);
          setPerson("");
        }}
      />
      <Choice
        label="处理人"
        empty="处理人（可不选）"
        testid="assign-person"
        value={person}
        options={people.map((name) => ({ value: name, label: name }))}
        onChange={setPerson}
      />
      <Button
        disabled={busy || team === ""}
        data-testid="assign"
        onClick={() => onAssign(team, person)}
      >
        派单
      </Button>
    </div>
  );
}
