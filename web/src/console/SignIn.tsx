import { Alert, Button, Input } from "antd";
import { type FormEvent, type JSX, useState } from "react";
import type { Api } from "./api";
import { ApiFailure, wordsOf } from "./failure";
import { Logo } from "./text/Logo";

interface SignInProps {
  api: Api;
  onSignedIn: () => void;
}

/** The door of the console. */
export function SignIn(props: SignInProps): JSX.Element {
  const { username, setUsername, password, setPassword, problem, busy, submit, code, setCode } =
    useSignIn(props);
  return (
    <main className="sign-in">
      <form className="sign-in__card" onSubmit={(event) => void submit(event)} noValidate>
        <span className="sign-in__mark">
          <Logo size={34} />
        </span>
        <h1 className="sign-in__title">小通 坐席工作台</h1>
        <p className="sign-in__about">请使用工号登录</p>
        <label className="field">
          <span>用户名</span>
          <Input
            data-testid="login-username"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            size="large"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </label>
        <label className="field">
          <span>密码</span>
          <Input
            data-testid="login-password"
            name="password"
            type="password"
            autoComplete="current-password"
            size="large"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        {code !== null && (
          <label className="field">
            <span>动态码（或备用码）</span>
            <Input
              data-testid="login-code"
              name="code"
              autoComplete="one-time-code"
              autoFocus
              size="large"
              maxLength={16}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </label>
        )}
        {problem && <Alert type="error" title={problem} data-testid="login-error" />}
        <Button
          htmlType="submit"
          type="primary"
          size="large"
          data-testid="login-submit"
          loading={busy}
        >
          {busy ? "正在登录…" : "登录"}
        </Button>
      </form>
    </main>
  );
}

function useSignIn({ api, onSignedIn }: SignInProps) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  /** Asked for once the password was right and an app is set up. */
  const [code, setCode] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!username.trim() || !password) {
      setProblem("请输入用户名和密码");
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await api.signIn(username.trim(), password, code?.trim() ?? "");
      onSignedIn();
    } catch (error) {
      if (error instanceof ApiFailure && error.code === "second_step_needed" && code === null) {
        setCode("");
      } else setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { username, setUsername, password, setPassword, problem, busy, submit, code, setCode };
}
