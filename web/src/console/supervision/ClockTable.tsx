import { Button, Table } from "antd";
import type { JSX } from "react";
import { fullMoment, parseMoment } from "../../shared/time";
import { DueTag } from "../conversations/ConversationRow";
import type { Supervision } from "../model";
import { routeHash } from "../route";

type Clock = Supervision["clocks"][number];

interface ClockTableProps {
  clocks: readonly Clock[];
  now: Date;
  onListen: (id: string) => void;
}

/** What is late or will be soon, the nearest first. */
export function ClockTable({ clocks, now, onListen }: ClockTableProps): JSX.Element {
  return (
    <Table<Clock>
      size="small"
      rowKey={({ subject, label }) => `${subject} ${label}`}
      pagination={false}
      dataSource={[...clocks]}
      locale={{ emptyText: <p className="context__none">近期没有要到期的时限</p> }}
      columns={[
        {
          title: "对象",
          render: (_, { subject, is_order }) =>
            is_order ? (
              <a className="mono" href={routeHash({ page: "orders", number: subject })}>
                {subject}
              </a>
            ) : (
              <Button size="small" type="link" onClick={() => onListen(subject)}>
                会话 {subject.slice(-4)}
              </Button>
            ),
        },
        { title: "时限", dataIndex: "label" },
        {
          title: "到期",
          dataIndex: "due_at",
          render: (at: string) => {
            const due = parseMoment(at);
            return due ? fullMoment(due, now) : "";
          },
        },
        {
          title: "剩余",
          render: (_, { due_at }) => {
            const due = parseMoment(due_at);
            return due ? <DueTag due={due} now={now} /> : null;
          },
        },
      ]}
    />
  );
}
