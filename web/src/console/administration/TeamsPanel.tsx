import { Table } from "antd";
import { type JSX, useContext } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import type { TeamMember } from "./records";

/** Who work orders go to. They come from a file (`xiaotong teams load`), so here they are read. */
export function TeamsPanel(): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("teams", ["orders"], () =>
    api.get<{ members: readonly TeamMember[] }>("teams"),
  );
  if (!data)
    return problem ? <Problem words={problem} onRetry={refetch} /> : <Loading what="班组" />;
  return (
    <section className="card" aria-label="班组">
      <p className="context__none">班组从文件载入：xiaotong teams load 文件</p>
      <Table<TeamMember>
        size="small"
        rowKey={({ team, person }) => `${team} ${person}`}
        pagination={false}
        dataSource={[...data.members]}
        columns={[
          { title: "班组", dataIndex: "team" },
          { title: "区域", dataIndex: "areas" },
          { title: "成员", dataIndex: "person" },
          { title: "技能", dataIndex: "skills" },
          { title: "手上", render: (_, { held, max_open }) => `${held} / ${max_open}` },
        ]}
      />
    </section>
  );
}
