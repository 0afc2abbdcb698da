import type { JSX } from "preact";
import { BackIcon, InfoIcon } from "../../shared/icons";
import { channelLabel, stateLabel } from "../labels";
import { agentName, type Box, type ConversationDetail, customerName } from "../model";
import { routeHash } from "../route";

interface TalkHeaderProps {
  detail: ConversationDetail;
  box: Box;
  contextOpen: boolean;
  onContext: () => void;
  mine: boolean;
  onClose: () => void;
  onTransfer: () => void;
}

/** Who this is, and the ways back, to the context and to the end. */
export function TalkHeader({
  detail,
  box,
  mine,
  contextOpen,
  onContext,
  onClose,
  onTransfer,
}: TalkHeaderProps): JSX.Element {
  const { conversation } = detail;
  const agent = agentName(conversation);
  return (
    <header class="talk-header">
      <a
        class="icon-button narrow-only"
        href={routeHash({ page: "conversations", box, id: null })}
        aria-label="返回会话列表"
      >
        <BackIcon />
      </a>
      <div class="talk-header__words">
        <h2 class="talk-header__name">{customerName(conversation)}</h2>
        <p class="talk-header__about">
          {channelLabel(conversation.channel)} · {stateLabel(conversation.state)}
          {agent && conversation.state === "human" && ` · ${agent}`}
          {conversation.owner && ` · 首问负责 ${conversation.owner}`}
        </p>
      </div>
      <button
        type="button"
        class="icon-button medium-only"
        aria-label="会话背景"
        aria-expanded={contextOpen}
        onClick={onContext}
      >
        <InfoIcon />
      </button>
      {mine && (
        <>
          <button type="button" class="button" data-testid="transfer" onClick={onTransfer}>
            转接
          </button>
          <button type="button" class="button" data-testid="close" onClick={onClose}>
            结束会话
          </button>
        </>
      )}
    </header>
  );
}
