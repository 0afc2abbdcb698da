import { Alert, App, Input, Modal } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import SecondStepSetup from "./SecondStepSetup";

interface AccountDialogProps {
  what: "password" | "second-step";
  onClose: () => void;
}

/** One's own account: another password, or the second step of signing in. */
export default function AccountDialog({ what, onClose }: AccountDialogProps): JSX.Element {
  const { api } = useContext(Desk);
  if (what === "password") return <PasswordDialog onClose={onClose} />;
  return (
    <Modal open footer={null} title="动态码" onCancel={onClose}>
      <SecondStepSetup api={api} onDone={() => location.reload()} />
    </Modal>
  );
}

function PasswordDialog({ onClose }: { onClose: () => void }): JSX.Element {
  const { api } = useContext(Desk);
  const { message } = App.useApp();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const change = async () => {
    try {
      await api.changePassword(old, next);
      void message.success("密码已修改，其他地方的登录已失效");
      onClose();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <Modal
      open
      title="修改密码"
      okText="修改"
      cancelText="取消"
      okButtonProps={{ disabled: !old || next.length < 12 }}
      onOk={() => void change()}
      onCancel={onClose}
    >
      <div className="form">
        <label className="field">
          <span>现在的密码</span>
          <Input
            type="password"
            autoComplete="current-password"
            value={old}
            onChange={(event) => setOld(event.target.value)}
          />
        </label>
        <label className="field">
          <span>新密码（至少 12 个字符）</span>
          <Input
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        </label>
        {problem && <Alert type="error" showIcon title={problem} />}
      </div>
    </Modal>
  );
}
