import type { JSX } from "preact";
import { useContext, useState } from "preact/hooks";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import type { Fetched } from "../hooks";
import { agentName, type Box, type ConversationDetail, isMine } from "../model";
import { routeHash } from "../route";
import { AnswerBox } from "./AnswerBox";
import { TakeBar } from "./TakeBar";
import { TalkHeader } from "./TalkHeader";
import { Transcript } from "./Transcript";
import { TransferDialog } from "./TransferDialog";
import { useAnswers } from "./use_answers";
import { WrapUpDialog } from "./WrapUpDialog";

interface TalkProps {
  detail: ConversationDetail;
  box: Box;
  fetched: Fetched<ConversationDetail>;
  contextOpen: boolean;
  onContext: () => void;
}

/** The talk itself, with what this agent may do now: take it, answer, end it, or only read. */
export function Talk(props: TalkProps): JSX.Element {
  const { detail, fetched } = props;
  const { me, refresher } = useContext(Desk);
  const { id } = detail.conversation;
  const mine = isMine(detail.conversation, me);
  const answers = useAnswers(id, fetched);
  const [closing, setClosing] = useState(false);
  const [passing, setPassing] = useState(false);
  const done = () => {
    setClosing(false);
    setPassing(false);
    refresher.stale(["conversations", `conversation:${id}`]);
  };
  return (
    <>
      <TalkHeader
        {...props}
        mine={mine}
        onClose={() => setClosing(true)}
        onTransfer={() => setPassing(true)}
      />
      <Transcript messages={detail.messages} pending={answers.pending} onRetry={answers.retry} />
      {mine ? (
        <AnswerBox key={id} conversationId={id} onAnswer={answers.answer} />
      ) : (
        <NotMine detail={detail} />
      )}
      {closing && (
        <WrapUpDialog conversationId={id} onDone={done} onCancel={() => setClosing(false)} />
      )}
      {passing && (
        <TransferDialog conversationId={id} onDone={done} onCancel={() => setPassing(false)} />
      )}
    </>
  );
}

/** A conversation somebody must take, or one that is only to be read. */
function NotMine({ detail }: { detail: ConversationDetail }): JSX.Element {
  const { api, me, refresher } = useContext(Desk);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, state } = detail.conversation;
  const decline = async () => {
    setProblem(null);
    try {
      await api.decline(id);
    } catch (error) {
      setProblem(wordsOf(error));
    }
    refresher.stale(["conversations", `conversation:${id}`]);
  };
  const take = async () => {
    setProblem(null);
    try {
      await api.take(id);
      location.hash = routeHash({ page: "conversations", box: "mine", id });
    } catch (error) {
      setProblem(wordsOf(error));
    }
    refresher.stale(["conversations", `conversation:${id}`]);
  };
  return (
    <>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {state === "queued" ? (
        <TakeBar
          conversation={detail.conversation}
          me={me.name}
          onTake={take}
          onDecline={decline}
        />
      ) : (
        <p class="quiet-notice">{readOnlyWords(detail)}</p>
      )}
    </>
  );
}

function readOnlyWords({ conversation }: ConversationDetail): string {
  if (conversation.state === "closed") return "会话已结束，仅供查看。";
  if (conversation.state === "human")
    return `会话由 ${agentName(conversation) || "其他坐席"} 负责，仅供查看。`;
  return "机器人正在服务，客户转人工后即可接入。";
}
