import { App, Button, Segmented, Select, Table } from "antd";
import { type JSX, useContext, useState } from "react";
import { newMessageId } from "../../shared/message_id";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import type { ReviewItem } from "./records";

interface Listed {
  readonly items: readonly ReviewItem[];
  readonly intents: readonly string[];
}

const STATES = [
  { value: "open", label: "待看" },
  { value: "labelled", label: "已标注" },
  { value: "skipped", label: "已跳过" },
];

/** What the bot was unsure of, masked: said what was meant, or nothing to learn from it. */
export function ReviewPanel(): JSX.Element {
  const { api } = useContext(Desk);
  const [state, setState] = useState("open");
  const { data, problem, refetch } = useFetched(`review ${state}`, [], () =>
    api.get<Listed>(`review?state=${state}`),
  );
  return (
    <section className="card" aria-label="没把握的话">
      <Segmented aria-label="哪些" options={STATES} value={state} onChange={setState} />
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <Loading what="没把握的话" />}
      {data && (
        <Table<ReviewItem>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={[...data.items]}
          locale={{ emptyText: <p className="context__none">没有</p> }}
          onRow={() => ({ "data-testid": "review-row" }) as Record<string, string>}
          columns={[
            { title: "客户的话", dataIndex: "text" },
            { title: "次数", dataIndex: "times" },
            { title: "原因", render: (_, { reasons }) => reasons.join("、") },
            { title: "机器人以为", dataIndex: "intent" },
            { title: "随后", render: (_, { followed }) => followed.join(" / ") || "—" },
            {
              title: "应该是",
              render: (_, item) => (
                <Decision item={item} intents={data.intents} onDecided={refetch} />
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

interface DecisionProps {
  item: ReviewItem;
  intents: readonly string[];
  onDecided: () => void;
}

/** The likely ones first: the button the customer took, then what the model thought. */
export function likely(item: ReviewItem, intents: readonly string[]): string[] {
  const first = [item.chosen, ...item.ranking.map(({ intent }) => intent)];
  const known = first.filter((one): one is string => one !== null && intents.includes(one));
  return [...new Set([...known, ...intents])];
}

export function Decision({ item, intents, onDecided }: DecisionProps): JSX.Element {
  const { api } = useContext(Desk);
  const { message } = App.useApp();
  const [intent, setIntent] = useState<string | null>(item.label);
  const decide = async (chosen: string) => {
    try {
      await api.send("POST", `review/${item.id}`, { intent: chosen, key: newMessageId() });
      onDecided();
    } catch (error) {
      void message.error(wordsOf(error));
    }
  };
  return (
    <div className="actions">
      <Select
        showSearch
        aria-label={`“${item.text}”应该是`}
        className="review__intent"
        placeholder="意图"
        value={intent}
        options={likely(item, intents).map((value) => ({ value, label: value }))}
        onChange={setIntent}
      />
      <Button
        size="small"
        type="primary"
        disabled={intent === null}
        data-testid="review-label"
        onClick={() => void decide(intent ?? "")}
      >
        标注
      </Button>
      <Button size="small" data-testid="review-skip" onClick={() => void decide("")}>
        跳过
      </Button>
    </div>
  );
}
