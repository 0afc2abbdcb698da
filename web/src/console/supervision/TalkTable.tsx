import { EyeOutlined } from "@ant-design/icons";
import { Button, Table } from "antd";
import type { JSX } from "react";
import { duration, parseMoment } from "../../shared/time";
import { DueTag } from "../conversations/ConversationRow";
import { agentName, type ConversationSummary, customerName } from "../model";

interface TalkTableProps {
  talks: readonly ConversationSummary[];
  now: Date;
  onListen: (id: string) => void;
  empty: string;
}

/** Conversations with people or waiting for one; each can be opened to be read along. */
export function TalkTable({ talks, now, onListen, empty }: TalkTableProps): JSX.Element {
  return (
    <Table<ConversationSummary>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={[...talks]}
      locale={{ emptyText: <p className="context__none">{empty}</p> }}
      onRow={({ id }) => ({ "data-testid": "talk", "data-id": id }) as Record<string, string>}
      columns={[
        { title: "客户", render: (_, talk) => customerName(talk) },
        { title: "原因", dataIndex: "reason_label", render: (label) => label ?? "—" },
        { title: "坐席", render: (_, talk) => agentName(talk) || talk.offer?.agent || "—" },
        { title: "等待", render: (_, talk) => <Waiting talk={talk} now={now} /> },
        {
          title: "",
          render: (_, talk) => (
            <Button
              size="small"
              icon={<EyeOutlined aria-hidden />}
              aria-label={`旁听 ${customerName(talk)}`}
              data-testid="listen"
              onClick={() => onListen(talk.id)}
            >
              旁听
            </Button>
          ),
        },
      ]}
    />
  );
}

function Waiting({ talk, now }: { talk: ConversationSummary; now: Date }): JSX.Element {
  const since = parseMoment(talk.waiting_since);
  const due = parseMoment(talk.due_at);
  if (talk.state !== "queued") return <span>{talk.unread ? `${talk.unread} 条未回复` : "—"}</span>;
  return (
    <span className="row__tags">
      {since && <span className="tag">{duration(now.getTime() - since.getTime())}</span>}
      {due && <DueTag due={due} now={now} />}
    </span>
  );
}
