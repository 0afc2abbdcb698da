import { Modal, Switch } from "antd";
import { type JSX, useState } from "react";
import { SHORTCUTS, type Shortcut, shortcuts, WRITING_KEYS } from "./shortcuts";

const GROUPS: readonly Shortcut["group"][] = ["到哪里", "会话", "回复", "工单"];

/** All keys at a glance. */
export function ShortcutHelp({ onClose }: { onClose: () => void }): JSX.Element {
  const [enabled, setEnabled] = useState(shortcuts.enabled);
  const all: readonly Shortcut[] = Object.values(SHORTCUTS);
  const change = (on: boolean) => {
    shortcuts.enabled = on;
    setEnabled(on);
  };
  return (
    <Modal open title="快捷键" footer={null} width={640} onCancel={onClose}>
      <div className="keys__switch">
        <Switch aria-label="启用单键快捷键" checked={enabled} onChange={change} />
        <span aria-hidden="true">启用单键快捷键（输入文字时不起作用）</span>
      </div>
      <div className="keys">
        {GROUPS.map((group) => (
          <KeyList key={group} title={group} keys={all.filter((one) => one.group === group)} />
        ))}
        <KeyList title="输入框里" keys={WRITING_KEYS} />
      </div>
    </Modal>
  );
}

interface KeyListProps {
  title: string;
  keys: readonly { readonly key: string; readonly label: string }[];
}

function KeyList({ title, keys }: KeyListProps): JSX.Element {
  return (
    <section>
      <h3 className="block__title">{title}</h3>
      <dl className="keys__list">
        {keys.map(({ key, label }) => (
          <div key={key} className="keys__row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
