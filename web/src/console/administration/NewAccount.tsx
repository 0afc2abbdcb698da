import { Alert, Input, Modal } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { Choice } from "../orders/Choice";
import type { Accounts } from "./records";

interface NewAccountProps {
  roles: Accounts["roles"];
  onDone: () => void;
  onClose: () => void;
}

/** A new account; its first password is shown once. */
export function NewAccount({ roles, onDone, onClose }: NewAccountProps): JSX.Element {
  const { api } = useContext(Desk);
  const [wish, setWish] = useState({ username: "", name: "", role: "agent" });
  const [password, setPassword] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const create = async () => {
    try {
      setPassword((await api.send<{ password: string }>("POST", "accounts", wish)).password);
      setProblem(null);
      onDone();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <Modal
      open
      title="新建账号"
      okText={password ? "关闭" : "新建"}
      cancelText="取消"
      okButtonProps={{ "data-testid": "account-create" }}
      onOk={password ? onClose : () => void create()}
      onCancel={onClose}
    >
      <div className="form">
        <Input
          aria-label="用户名"
          placeholder="用户名，例如 wangming"
          maxLength={32}
          value={wish.username}
          onChange={(event) => setWish({ ...wish, username: event.target.value })}
        />
        <Input
          aria-label="姓名"
          placeholder="姓名（客户看得到）"
          maxLength={64}
          value={wish.name}
          onChange={(event) => setWish({ ...wish, name: event.target.value })}
        />
        <Choice
          label="角色"
          testid="account-role"
          value={wish.role}
          options={roles.map(({ name, label }) => ({ value: name, label }))}
          onChange={(role) => setWish({ ...wish, role })}
        />
        {problem && <Alert type="error" showIcon title={problem} />}
        {password && <FirstPassword password={password} />}
      </div>
    </Modal>
  );
}

export function FirstPassword({ password }: { password: string }): JSX.Element {
  return (
    <Alert
      type="success"
      title="密码只显示这一次"
      description={<code data-testid="first-password">{password}</code>}
    />
  );
}
