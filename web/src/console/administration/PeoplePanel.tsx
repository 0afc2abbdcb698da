import { Button, Table } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { AccountDrawer } from "./AccountDrawer";
import { NewAccount } from "./NewAccount";
import type { AccountRecord, Accounts } from "./records";

/** Who works here: accounts with role and profile; one opens in a drawer. */
export function PeoplePanel(): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("accounts", ["people"], () =>
    api.get<Accounts>("accounts"),
  );
  const [opened, setOpened] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const account = data?.accounts.find(({ username }) => username === opened);
  if (!data)
    return problem ? <Problem words={problem} onRetry={refetch} /> : <Loading what="人员" />;
  return (
    <section className="card" aria-label="人员">
      <Button type="primary" data-testid="account-new" onClick={() => setAdding(true)}>
        新建账号
      </Button>
      <AccountTable accounts={data.accounts} onOpen={setOpened} />
      {adding && (
        <NewAccount roles={data.roles} onDone={refetch} onClose={() => setAdding(false)} />
      )}
      {account && (
        <AccountDrawer
          key={account.username}
          account={account}
          choices={data}
          onChanged={refetch}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}

interface AccountTableProps {
  accounts: readonly AccountRecord[];
  onOpen: (username: string) => void;
}

function AccountTable({ accounts, onOpen }: AccountTableProps): JSX.Element {
  return (
    <Table<AccountRecord>
      size="small"
      rowKey="username"
      pagination={false}
      dataSource={[...accounts]}
      columns={[
        {
          title: "用户名",
          render: (_, { username }) => (
            <Button
              type="link"
              size="small"
              data-testid={`account-${username}`}
              onClick={() => onOpen(username)}
            >
              {username}
            </Button>
          ),
        },
        { title: "姓名", dataIndex: "name" },
        { title: "角色", dataIndex: "role_label" },
        { title: "片区", render: (_, { areas }) => areas.join("、") || "不限" },
        { title: "动态码", render: (_, one) => (one.second_step ? "已设置" : "—") },
        { title: "状态", render: (_, one) => standing(one) },
      ]}
    />
  );
}

export function standing({ disabled, locked }: AccountRecord): string {
  if (disabled) return "已停用";
  return locked ? "暂时锁定" : "正常";
}
