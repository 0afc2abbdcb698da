import { Alert, App, Button, Drawer, Input } from "antd";
import { type FormEvent, type JSX, useContext, useEffect, useState } from "react";
import { Transcript } from "../conversations/Transcript";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import { stateLabel } from "../labels";
import { agentName, customerName, isMine } from "../model";
import { routeHash } from "../route";
import { useSign } from "../signs";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";

interface ListenDrawerProps {
  id: string;
  onClose: () => void;
}

/** A talk read along live: whisper to its agent, or take it over. Opening it is written down. */
export function ListenDrawer({ id, onClose }: ListenDrawerProps): JSX.Element {
  const { api } = useContext(Desk);
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => {
    api.listen(id).catch((error: unknown) => setRefused(wordsOf(error)));
  }, [api, id]);
  const { data, problem, refetch } = useFetched(`listen ${id}`, [`conversation:${id}`], () =>
    api.conversation(id),
  );
  const sign = useSign(id) ?? data?.sign ?? null;
  const conversation = data?.conversation;
  const title = conversation
    ? [customerName(conversation), stateLabel(conversation.state), agentName(conversation)]
    : ["旁听"];
  return (
    <Drawer
      open
      size={560}
      aria-label="旁听会话"
      title={title.filter(Boolean).join(" · ")}
      classNames={{ body: "listen" }}
      extra={conversation && <TakeOver id={id} enabled={conversation.state !== "bot"} />}
      onClose={onClose}
    >
      {refused && <Alert type="error" showIcon title={refused} />}
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <Loading what="会话" rows={8} />}
      {data && (
        <Transcript
          messages={data.messages}
          notes={data.notes ?? []}
          sign={sign}
          pending={[]}
          onRetry={() => undefined}
        />
      )}
      {conversation?.state === "human" && <Whisper id={id} />}
    </Drawer>
  );
}

function TakeOver({ id, enabled }: { id: string; enabled: boolean }): JSX.Element {
  const { api, me } = useContext(Desk);
  const { message, modal } = App.useApp();
  const take = async () => {
    try {
      const { conversation } = await api.take(id);
      if (isMine(conversation, me)) {
        location.hash = routeHash({ page: "conversations", box: "mine", id });
      }
    } catch (error) {
      void message.error(wordsOf(error));
    }
  };
  const ask = () =>
    modal.confirm({
      title: "接管这个会话？",
      content: "会话会转到您名下，原来的坐席会收到通知，接管会被记录。",
      okText: "接管",
      cancelText: "取消",
      okButtonProps: { "data-testid": "take-over-confirm" },
      onOk: take,
    });
  return (
    <Button type="primary" disabled={!enabled} data-testid="take-over" onClick={() => void ask()}>
      接管
    </Button>
  );
}

function Whisper({ id }: { id: string }): JSX.Element {
  const { api, refresher } = useContext(Desk);
  const { message } = App.useApp();
  const [text, setText] = useState("");
  const whisper = async (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    try {
      await api.note(id, text.trim(), true);
      setText("");
      refresher.stale([`conversation:${id}`]);
    } catch (error) {
      void message.error(wordsOf(error));
    }
  };
  return (
    <form className="whisper" onSubmit={(event) => void whisper(event)}>
      <Input
        aria-label="提示坐席"
        placeholder="提示坐席，客户看不到"
        maxLength={500}
        data-testid="whisper"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button htmlType="submit" data-testid="whisper-send" disabled={text.trim() === ""}>
        提示
      </Button>
    </form>
  );
}
