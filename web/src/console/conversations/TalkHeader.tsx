import { InfoCircleOutlined, LeftOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { JSX } from "react";
import { channelLabel, stateLabel } from "../labels";
import { agentName, type Box, type ConversationDetail, customerName } from "../model";
import { routeHash } from "../route";
import { useShortcut } from "../shell/shortcuts";

interface TalkHeaderProps {
  detail: ConversationDetail;
  box: Box;
  contextOpen: boolean;
  onContext: () => void;
  mine: boolean;
  onClose: () => void;
  onTransfer: () => void;
  onOrder: () => void;
}

/** Who this is, and the ways back, to the context and to the end. */
export function TalkHeader(props: TalkHeaderProps): JSX.Element {
  const { detail, box, mine, contextOpen, onContext } = props;
  const { conversation } = detail;
  const agent = agentName(conversation);
  return (
    <header className="talk-header">
      <a
        className="icon-button narrow-only"
        href={routeHash({ page: "conversations", box, id: null })}
        aria-label="返回会话列表"
      >
        <LeftOutlined aria-hidden />
      </a>
      <div className="talk-header__words">
        <h2 className="talk-header__name">{customerName(conversation)}</h2>
        <p className="talk-header__about">
          {channelLabel(conversation.channel)} · {stateLabel(conversation.state)}
          {agent && conversation.state === "human" && ` · ${agent}`}
          {conversation.owner && ` · 首问负责 ${conversation.owner}`}
        </p>
      </div>
      <Button
        className="medium-only"
        aria-label="会话背景"
        aria-expanded={contextOpen}
        icon={<InfoCircleOutlined aria-hidden />}
        onClick={onContext}
      />
      {mine && <Endings {...props} />}
    </header>
  );
}

function Endings({ onOrder, onTransfer, onClose }: TalkHeaderProps): JSX.Element {
  useShortcut("order", onOrder);
  useShortcut("transfer", onTransfer);
  useShortcut("close", onClose);
  return (
    <>
      <Button data-testid="open-order" title="快捷键 o" onClick={onOrder}>
        建工单
      </Button>
      <Button data-testid="transfer" title="快捷键 x" onClick={onTransfer}>
        转接
      </Button>
      <Button data-testid="close" title="快捷键 e" onClick={onClose}>
        结束会话
      </Button>
    </>
  );
}
