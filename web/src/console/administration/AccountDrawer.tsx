import { Alert, Button, Drawer } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { Choice } from "../orders/Choice";
import { FirstPassword } from "./NewAccount";
import { ProfileForm } from "./ProfileForm";
import type { AccountRecord, Accounts } from "./records";

interface AccountDrawerProps {
  account: AccountRecord;
  choices: Accounts;
  onChanged: () => void;
  onClose: () => void;
}

/** One account: role, password, lock, second step, and what routing may give this person. */
export function AccountDrawer(props: AccountDrawerProps): JSX.Element {
  const { account, choices, onChanged, onClose } = props;
  const { problem, change } = useChange(account.username, onChanged);
  const [password, setPassword] = useState<string | null>(null);
  const reset = () =>
    change("POST", "/password", {}, (told) => setPassword((told as { password: string }).password));
  return (
    <Drawer open size={480} title={`${account.name} · ${account.username}`} onClose={onClose}>
      <div className="form">
        {problem && <Alert type="error" showIcon title={problem} />}
        <Choice
          label="角色"
          testid="account-role"
          value={account.role}
          options={choices.roles.map(({ name, label }) => ({ value: name, label }))}
          onChange={(role) => change("PUT", "/role", { role })}
        />
        <div className="actions" role="group" aria-label="账号">
          <Button data-testid="account-password" onClick={reset}>
            重设密码
          </Button>
          <Button
            danger={!account.disabled}
            data-testid="account-disable"
            onClick={() => change("PUT", "/disabled", { disabled: !account.disabled })}
          >
            {account.disabled ? "重新启用" : "停用"}
          </Button>
          <Button
            disabled={!account.second_step}
            onClick={() => change("DELETE", "/second-step", {})}
          >
            清除动态码
          </Button>
        </div>
        {password && <FirstPassword password={password} />}
        <ProfileForm account={account} choices={choices} onChanged={onChanged} />
      </div>
    </Drawer>
  );
}

function useChange(username: string, onChanged: () => void) {
  const { api } = useContext(Desk);
  const [problem, setProblem] = useState<string | null>(null);
  const change = (
    method: string,
    what: string,
    body: object,
    then: (told: unknown) => void = () => undefined,
  ) => {
    setProblem(null);
    api.send<unknown>(method, `accounts/${encodeURIComponent(username)}${what}`, body).then(
      (told) => {
        then(told);
        onChanged();
      },
      (error: unknown) => setProblem(wordsOf(error)),
    );
  };
  return { problem, change };
}
