import { App, Dropdown, type MenuProps } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { roleLabel } from "../labels";
import type { AgentRecord } from "../model";
import type { SchemeChoice } from "../theme/scheme";
import { useSchemeState } from "../theme/ThemeFrame";
import { useNoticeSettings } from "./notices";

interface PersonMenuProps {
  agent: AgentRecord;
  onSignedOut: () => void;
  onHelp: () => void;
}

const SCHEMES: Record<SchemeChoice, string> = {
  system: "跟随系统",
  light: "浅色",
  dark: "深色",
};

/** Who is signed in, and what they like: colours, sounds, notices, keys, the way out. */
export function PersonMenu({ agent, onSignedOut, onHelp }: PersonMenuProps): JSX.Element {
  const { api } = useContext(Desk);
  const { message } = App.useApp();
  const { choice, choose } = useSchemeState();
  const notices = useNoticeSettings();
  const [open, setOpen] = useState(false);
  const signOut = () =>
    api.signOut().then(onSignedOut, (error) => void message.error(wordsOf(error)));
  const actions: Record<string, () => void> = {
    sound: () => notices.setSound(!notices.sound),
    desktop: () => notices.setDesktop(!notices.desktop),
    help: onHelp,
    out: () => void signOut(),
  };
  const items: MenuProps["items"] = [
    {
      type: "group",
      label: `${agent.name} · ${roleLabel(agent.role)}`,
      children: [
        {
          key: "scheme",
          label: `外观：${SCHEMES[choice]}`,
          children: Object.entries(SCHEMES).map(([key, label]) => ({ key, label })),
        },
        { key: "sound", label: notices.sound ? "提示音：开" : "提示音：关" },
        { key: "desktop", label: notices.desktop ? "桌面通知：开" : "桌面通知：关" },
        { key: "help", label: "快捷键 ?" },
      ],
    },
    { type: "divider" },
    { key: "out", label: <span data-testid="sign-out">退出登录</span> },
  ];
  const choosen: NonNullable<MenuProps["onClick"]> = ({ key }) => {
    if (key in SCHEMES) choose(key as SchemeChoice);
    else actions[key]?.();
    setOpen(false);
  };
  return (
    <Dropdown
      open={open}
      onOpenChange={setOpen}
      trigger={["click"]}
      placement="topLeft"
      menu={{ items, onClick: choosen }}
    >
      <button type="button" className="rail__person" aria-label={`${agent.name}，设置和退出`}>
        <span aria-hidden="true">{agent.name}</span>
      </button>
    </Dropdown>
  );
}
