import { MessageOutlined } from "@ant-design/icons";
import { type JSX, useContext } from "react";
import { Desk } from "../desk_context";
import { useFetched, useNow } from "../hooks";
import type { Box, ConversationSummary, ConversationList as Listed } from "../model";
import { routeHash } from "../route";
import { useShortcut } from "../shell/shortcuts";
import { EmptyState } from "../states/EmptyState";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { ConversationRow } from "./ConversationRow";

const BOXES: readonly { box: Box; title: string }[] = [
  { box: "queued", title: "等待接入" },
  { box: "mine", title: "我的会话" },
  { box: "all", title: "全部" },
];
const NOTHING: Record<Box, { title: string; text: string }> = {
  queued: {
    title: "没有等待的客户",
    text: "有客户转人工时会出现在这里，页面标题和提示音也会提醒您。",
  },
  mine: { title: "您还没有进行中的会话", text: "在“等待接入”中接入客户后，会话会出现在这里。" },
  all: { title: "还没有任何会话", text: "客户开始咨询后，会话会出现在这里。" },
};

interface ConversationListProps {
  box: Box;
  chosen: string | null;
}

/** The boxes and their conversations. */
export function ConversationList({ box, chosen }: ConversationListProps): JSX.Element {
  const { api } = useContext(Desk);
  const now = useNow();
  const { data, problem, refetch } = useFetched(box, ["conversations"], () =>
    api.conversations(box),
  );
  useSteps(box, data?.conversations ?? [], chosen);
  return (
    <section className="pane pane--list" aria-label="会话列表">
      <nav className="boxes" aria-label="会话分类">
        {BOXES.map((entry) => (
          <BoxLink key={entry.box} {...entry} here={entry.box === box} counts={data?.counts} />
        ))}
      </nav>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <Loading what="会话列表" rows={6} />}
      {data?.conversations.length === 0 && (
        <EmptyState icon={<MessageOutlined aria-hidden />} title={NOTHING[box].title}>
          {NOTHING[box].text}
        </EmptyState>
      )}
      <ul className="rows">
        {data?.conversations.map((conversation) => (
          <ConversationRow
            key={conversation.id}
            conversation={conversation}
            box={box}
            chosen={conversation.id === chosen}
            now={now}
          />
        ))}
      </ul>
    </section>
  );
}

/** One conversation on or back in the list, by key. */
function useSteps(box: Box, listed: readonly ConversationSummary[], chosen: string | null): void {
  const place = listed.findIndex(({ id }) => id === chosen);
  const step = (to: number) => () => {
    const next = listed[Math.min(Math.max(to, 0), listed.length - 1)];
    if (next) location.hash = routeHash({ page: "conversations", box, id: next.id });
  };
  useShortcut("next", listed.length > 0 ? step(place + 1) : null);
  useShortcut("previous", listed.length > 0 ? step(place - 1) : null);
}

interface BoxLinkProps {
  box: Box;
  title: string;
  here: boolean;
  counts: Listed["counts"] | undefined;
}

function BoxLink({ box, title, here, counts }: BoxLinkProps): JSX.Element {
  const count = box === "all" ? 0 : (counts?.[box] ?? 0);
  const current = here && { "aria-current": "page" as const };
  return (
    <a
      className="box"
      href={routeHash({ page: "conversations", box, id: null })}
      data-testid={`box-${box}`}
      {...current}
    >
      {title}
      {count > 0 && <span className={`count count--${box}`}>{count}</span>}
    </a>
  );
}
