import { App } from "antd";
import { type JSX, lazy, Suspense, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import type { Fetched } from "../hooks";
import { agentName, type Box, type ConversationDetail, isMine } from "../model";
import { routeHash } from "../route";
import { useSign } from "../signs";
import { AnswerBox } from "./AnswerBox";
import { TakeBar } from "./TakeBar";
import { TalkHeader } from "./TalkHeader";
import { Transcript } from "./Transcript";
import { TransferDialog } from "./TransferDialog";
import { useAnswers } from "./use_answers";
import { WrapUpDialog } from "./WrapUpDialog";

const OpenOrderDrawer = lazy(() => import("../orders/OpenOrderDrawer"));

interface TalkProps {
  detail: ConversationDetail;
  box: Box;
  fetched: Fetched<ConversationDetail>;
  contextOpen: boolean;
  onContext: () => void;
}

/** What is in front of the talk. */
type Sheet = "close" | "transfer" | "order";

/** The talk itself, with what this agent may do now: take it, answer, end it, or only read. */
export function Talk(props: TalkProps): JSX.Element {
  const { detail, fetched } = props;
  const { me, refresher } = useContext(Desk);
  const { id } = detail.conversation;
  const mine = isMine(detail.conversation, me);
  const answers = useAnswers(id, fetched);
  const sign = useSign(id) ?? detail.sign ?? null;
  const note = useNote(id);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const cancel = () => setSheet(null);
  const done = () => {
    cancel();
    refresher.stale(["conversations", `conversation:${id}`]);
  };
  return (
    <>
      <TalkHeader
        {...props}
        mine={mine}
        onClose={() => setSheet("close")}
        onTransfer={() => setSheet("transfer")}
        onOrder={() => setSheet("order")}
      />
      <Transcript
        messages={detail.messages}
        notes={detail.notes ?? []}
        sign={sign}
        pending={answers.pending}
        onRetry={answers.retry}
      />
      {!mine && <NotMine detail={detail} />}
      <AnswerBox
        key={id}
        conversationId={id}
        mayAnswer={mine}
        onAnswer={answers.answer}
        onNote={note}
      />
      {sheet === "close" && <WrapUpDialog conversationId={id} onDone={done} onCancel={cancel} />}
      {sheet === "transfer" && (
        <TransferDialog conversationId={id} onDone={done} onCancel={cancel} />
      )}
      {sheet === "order" && (
        <Suspense>
          <OpenOrderDrawer conversationId={id} onDone={done} onCancel={cancel} />
        </Suspense>
      )}
    </>
  );
}

/** Writes a note beside the conversation; false when it was not taken. */
function useNote(id: string): (text: string) => Promise<boolean> {
  const { api, refresher } = useContext(Desk);
  const { message } = App.useApp();
  return async (text) => {
    try {
      await api.note(id, text);
      refresher.stale([`conversation:${id}`]);
      return true;
    } catch (error) {
      void message.error(wordsOf(error));
      return false;
    }
  };
}

/** A conversation somebody must take, or one that is only to be read. */
function NotMine({ detail }: { detail: ConversationDetail }): JSX.Element {
  const { api, me, refresher } = useContext(Desk);
  const { message } = App.useApp();
  const { id, state } = detail.conversation;
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      void message.error(wordsOf(error));
    }
    refresher.stale(["conversations", `conversation:${id}`]);
  };
  const decline = () => attempt(() => api.decline(id));
  const take = () =>
    attempt(async () => {
      await api.take(id);
      location.hash = routeHash({ page: "conversations", box: "mine", id });
    });
  if (state !== "queued") return <p className="quiet-notice">{readOnlyWords(detail)}</p>;
  return (
    <TakeBar conversation={detail.conversation} me={me.name} onTake={take} onDecline={decline} />
  );
}

function readOnlyWords({ conversation }: ConversationDetail): string {
  if (conversation.state === "closed") return "会话已结束，仅供查看。";
  if (conversation.state === "human")
    return `会话由 ${agentName(conversation) || "其他坐席"} 负责，仅供查看。`;
  return "机器人正在服务，客户转人工后即可接入。";
}
