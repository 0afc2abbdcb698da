import { Alert, Button, Drawer, Input } from "antd";
import { type JSX, useContext, useEffect, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { may } from "../model";
import type { PolicyFile } from "./records";

interface PolicyEditorProps {
  file: PolicyFile;
  onActivated: () => void;
  onClose: () => void;
}

interface Told {
  readonly good: boolean;
  readonly words: string;
}

/** One file as text. What is typed is a draft: checked here, and activated if it is a version. */
export function PolicyEditor({ file, onActivated, onClose }: PolicyEditorProps): JSX.Element {
  const { me } = useContext(Desk);
  const { text, setText, told, check, activate } = useDraft(file.name, onActivated);
  const version = file.name.startsWith("service_levels/");
  return (
    <Drawer
      open
      size={760}
      title={file.name}
      onClose={onClose}
      extra={
        <div className="actions">
          <Button
            disabled={!file.checked || text === null}
            data-testid="policy-check"
            onClick={check}
          >
            检查
          </Button>
          {version && may(me, "activate_policies") && (
            <Button
              type="primary"
              disabled={text === null}
              data-testid="policy-activate"
              onClick={activate}
            >
              启用新版本
            </Button>
          )}
        </div>
      }
    >
      <div className="form">
        {version && <p>改好内容和 effective_from（将来的日期）再启用；原来的版本不变。</p>}
        {!file.checked && <p>这个文件只能查看，修改请编辑安装目录里的文件。</p>}
        {told && (
          <Alert
            type={told.good ? "success" : "error"}
            showIcon
            title={told.words}
            data-testid="policy-told"
          />
        )}
        <Input.TextArea
          aria-label="文件内容"
          className="mono"
          data-testid="policy-text"
          spellCheck={false}
          rows={24}
          value={text ?? ""}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
    </Drawer>
  );
}

function useDraft(name: string, onActivated: () => void) {
  const { api } = useContext(Desk);
  const [text, setText] = useState<string | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const failed = (error: unknown) => setTold({ good: false, words: wordsOf(error) });
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once for each file
  useEffect(() => {
    api
      .get<{ text: string }>(`policy?name=${encodeURIComponent(name)}`)
      .then((found) => setText(found.text), failed);
  }, [api, name]);
  const check = () => {
    api
      .send<{ problem: string | null }>("POST", "policy/check", { name, text })
      .then(
        ({ problem }) => setTold({ good: problem === null, words: problem ?? "没有问题" }),
        failed,
      );
  };
  const activate = () => {
    api
      .send<{ problem: string | null; name: string | null }>("POST", "policy/activate", { text })
      .then(({ problem, name: made }) => {
        const words = problem ?? `已保存为 ${made}，各进程下次启动时读入`;
        setTold({ good: problem === null, words });
        if (made) onActivated();
      }, failed);
  };
  return { text, setText, told, check, activate };
}
