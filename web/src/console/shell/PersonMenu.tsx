import { App, Dropdown, type MenuProps } from "antd";
import { type JSX, lazy, Suspense, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { roleLabel } from "../labels";
import type { Session } from "../model";
import type { SchemeChoice } from "../theme/scheme";
import { useSchemeState } from "../theme/ThemeFrame";
import { useNoticeSettings } from "./notices";

const AccountDialog = lazy(() => import("./AccountDialog"));

interface PersonMenuProps {
  session: Session;
  onSignedOut: () => void;
  onHelp: () => void;
}

const SCHEMES: Record<SchemeChoice, string> = {
  system: "跟随系统",
  light: "浅色",
  dark: "深色",
};

const SCHEME_ITEMS = Object.entries(SCHEMES).map(([key, label]) => ({ key, label }));

/** Who is signed in, and what they like: colours, sounds, notices, keys, the way out. */
export function PersonMenu({ session, onSignedOut, onHelp }: PersonMenuProps): JSX.Element {
  const [account, setAccount] = useState<OwnAccountProps["what"]>(null);
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
    password: () => setAccount("password"),
    step: () => setAccount("second-step"),
    out: () => void signOut(),
  };
  const items: MenuProps["items"] = [
    {
      type: "group",
      label: `${session.agent.name} · ${roleLabel(session.agent.role)}`,
      children: [
        { key: "scheme", label: `外观：${SCHEMES[choice]}`, children: SCHEME_ITEMS },
        { key: "sound", label: notices.sound ? "提示音：开" : "提示音：关" },
        { key: "desktop", label: notices.desktop ? "桌面通知：开" : "桌面通知：关" },
        { key: "help", label: "快捷键 ?" },
        ...ownAccount(session),
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
    <>
      <Dropdown
        open={open}
        onOpenChange={setOpen}
        trigger={["click"]}
        placement="topLeft"
        menu={{ items, onClick: choosen }}
      >
        <button
          type="button"
          className="rail__person"
          aria-label={`${session.agent.name}，设置和退出`}
        >
          <span aria-hidden="true">{session.agent.name}</span>
        </button>
      </Dropdown>
      <OwnAccount what={account} onClose={() => setAccount(null)} />
    </>
  );
}

interface OwnAccountProps {
  what: "password" | "second-step" | null;
  onClose: () => void;
}

function OwnAccount({ what, onClose }: OwnAccountProps): JSX.Element | null {
  return (
    what && (
      <Suspense>
        <AccountDialog what={what} onClose={onClose} />
      </Suspense>
    )
  );
}

function ownAccount({ second_step = false }: Session) {
  return [
    { key: "password", label: <span data-testid="change-password">修改密码</span> },
    { key: "step", disabled: second_step, label: second_step ? "动态码：已设置" : "设置动态码" },
  ];
}
