import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Logo } from "../shared/icons";
import type { Api } from "./api";
import { wordsOf } from "./failure";

interface SignInProps {
  api: Api;
  onSignedIn: () => void;
}

/** The door of the console. */
export function SignIn({ api, onSignedIn }: SignInProps): JSX.Element {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (!username.trim() || !password) {
      setProblem("请输入用户名和密码");
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await api.signIn(username.trim(), password);
      onSignedIn();
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form class="sign-in__card" onSubmit={(event) => void submit(event)} noValidate>
        <span class="sign-in__mark">
          <Logo size={34} />
        </span>
        <h1 class="sign-in__title">小通 坐席工作台</h1>
        <p class="sign-in__about">请使用工号登录</p>
        <label class="field">
          <span>用户名</span>
          <input
            data-testid="login-username"
            name="username"
            autocomplete="username"
            autocapitalize="none"
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>密码</span>
          <input
            data-testid="login-password"
            name="password"
            type="password"
            autocomplete="current-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        {problem && (
          <p class="problem" role="alert" data-testid="login-error">
            {problem}
          </p>
        )}
        <button
          type="submit"
          class="button button--main"
          data-testid="login-submit"
          disabled={busy}
        >
          {busy ? "正在登录…" : "登录"}
        </button>
      </form>
    </main>
  );
}
