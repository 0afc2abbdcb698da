import { Button, Table } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { PolicyEditor } from "./PolicyEditor";
import type { PolicyFile } from "./records";

/** The policy files: read, and a draft checked before it is put into place. */
export function PoliciesPanel(): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("policies", [], () =>
    api.get<{ files: readonly PolicyFile[] }>("policies"),
  );
  const [opened, setOpened] = useState<PolicyFile | null>(null);
  if (!data)
    return problem ? <Problem words={problem} onRetry={refetch} /> : <Loading what="策略" />;
  return (
    <section className="card" aria-label="策略">
      <Table<PolicyFile>
        size="small"
        rowKey="name"
        pagination={false}
        dataSource={[...data.files]}
        columns={[
          {
            title: "文件",
            render: (_, file) => (
              <Button
                type="link"
                size="small"
                data-testid={`policy-${file.name}`}
                onClick={() => setOpened(file)}
              >
                {file.name}
              </Button>
            ),
          },
          { title: "来源", render: (_, { own }) => (own ? "在这里启用" : "随系统安装") },
          {
            title: "修改时间",
            render: (_, file) => file.changed_at.slice(0, 16).replace("T", " "),
          },
        ]}
      />
      {opened && (
        <PolicyEditor
          key={opened.name}
          file={opened}
          onActivated={refetch}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}
