import { App, Dropdown } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import type { AgentStatus } from "../model";

export const STATUS_WORDS: Record<AgentStatus, string> = {
  online: "在线",
  busy: "忙碌",
  away: "离开",
  offline: "离线",
};
const MEANINGS: Record<Exclude<AgentStatus, "offline">, string> = {
  online: "在线 · 接新会话",
  busy: "忙碌 · 暂不接新会话",
  away: "离开",
};

/** 在线 (conversations are offered), 忙碌 (here, but no more now), 离开. */
export function StatusSwitch({ initial }: { initial: AgentStatus }): JSX.Element {
  const { api } = useContext(Desk);
  const { message } = App.useApp();
  const [status, setStatus] = useState(initial);

  const change = async (next: AgentStatus) => {
    try {
      const answer = await api.setStatus(next);
      setStatus(answer.status);
    } catch (error) {
      void message.error(wordsOf(error));
    }
  };
  return (
    <Dropdown
      trigger={["click"]}
      placement="topLeft"
      menu={{
        selectable: true,
        selectedKeys: [status],
        items: Object.entries(MEANINGS).map(([key, label]) => ({
          key,
          label: <span data-testid={`status-${key}`}>{label}</span>,
        })),
        onClick: ({ key }) => void change(key as AgentStatus),
      }}
    >
      <button
        type="button"
        className={`status status--${status}`}
        data-testid="status"
        data-status={status}
        aria-label={`状态：${STATUS_WORDS[status]}，点击更改`}
      >
        <span className="status__dot" aria-hidden="true" />
        {STATUS_WORDS[status]}
      </button>
    </Dropdown>
  );
}
