import { Table } from "antd";
import type { JSX } from "react";
import type { Colleague } from "../model";
import { STATUS_WORDS } from "../shell/StatusSwitch";

/** Who is there, and what they hold of what they can hold. */
export function PeopleTable({ people }: { people: readonly Colleague[] }): JSX.Element {
  return (
    <Table<Colleague>
      size="small"
      rowKey="username"
      pagination={false}
      dataSource={[...people]}
      onRow={({ username }) =>
        ({ "data-testid": "person", "data-username": username }) as Record<string, string>
      }
      columns={[
        { title: "姓名", dataIndex: "name" },
        {
          title: "状态",
          dataIndex: "status",
          render: (status: Colleague["status"]) => (
            <span className={`tag presence presence--${status}`}>{STATUS_WORDS[status]}</span>
          ),
        },
        {
          title: "会话",
          render: (_, { load, capacity }) => (
            <span className={load >= capacity ? "tag tag--late" : "tag"}>
              {load} / {capacity}
            </span>
          ),
        },
        {
          title: "技能",
          dataIndex: "skills",
          render: (skills: readonly string[]) => skills.join("、") || "不限",
        },
      ]}
    />
  );
}
