import { Alert, Button, Input } from "antd";
import { type FormEvent, type JSX, useEffect, useState } from "react";
import type { Api } from "../api";
import { wordsOf } from "../failure";

interface SecondStepSetupProps {
  api: Api;
  onDone: () => void;
}

/** An authenticator app is set up: the picture is read, a code proves it, spares are told once. */
export default function SecondStepSetup({ api, onDone }: SecondStepSetupProps): JSX.Element {
  const [setup, setSetup] = useState<{ secret: string; picture: string } | null>(null);
  const [spares, setSpares] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [code, setCode] = useState("");
  useEffect(() => {
    api.beginSecondStep().then(setSetup, (error: unknown) => setProblem(wordsOf(error)));
  }, [api]);
  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    try {
      setSpares((await api.confirmSecondStep(code.trim())).spares);
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  if (spares) return <Spares spares={spares} onDone={onDone} />;
  return (
    <form className="form" onSubmit={(event) => void confirm(event)}>
      <h1 className="board__title">设置动态码</h1>
      <p>用手机上的验证器应用扫描，再输入它显示的 6 位数字。</p>
      {setup && (
        <>
          <img
            width={220}
            height={220}
            alt="动态码二维码"
            src={`data:image/svg+xml;utf8,${encodeURIComponent(named(setup.picture))}`}
          />
          <p>
            不能扫描时手动输入：<code data-testid="step-secret">{setup.secret}</code>
          </p>
        </>
      )}
      <Input
        aria-label="动态码"
        data-testid="step-code"
        inputMode="numeric"
        maxLength={6}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {problem && <Alert type="error" showIcon title={problem} />}
      <Button type="primary" htmlType="submit" disabled={code.trim().length !== 6}>
        确认
      </Button>
    </form>
  );
}

/** An SVG that stands alone needs the name of its language. */
function named(picture: string): string {
  return picture.replace(/^<svg(?![^>]*xmlns=)/, '<svg xmlns="http://www.w3.org/2000/svg"');
}

function Spares({ spares, onDone }: { spares: readonly string[]; onDone: () => void }) {
  return (
    <div className="form">
      <h1 className="board__title">备用码</h1>
      <p>手机不在身边时，每个可以代替动态码使用一次。只显示这一次，请保存好。</p>
      <ul data-testid="step-spares">
        {spares.map((spare) => (
          <li key={spare}>
            <code>{spare}</code>
          </li>
        ))}
      </ul>
      <Button type="primary" onClick={onDone}>
        已经保存
      </Button>
    </div>
  );
}
