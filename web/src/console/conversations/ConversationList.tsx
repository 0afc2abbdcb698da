import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { ChatIcon } from "../../shared/icons";
import { Desk } from "../desk_context";
import { EmptyState } from "../EmptyState";
import { useFetched, useNow } from "../hooks";
import type { Box, ConversationList as Listed } from "../model";
import { Problem } from "../Problem";
import { routeHash } from "../route";
import { ConversationRow } from "./ConversationRow";

const BOXES: readonly { box: Box; title: string }[] = [
  { box: "queued", title: "等待接入" },
  { box: "mine", title: "我的会话" },
  { box: "all", title: "全部" },
];
const NOTHING: Record<Box, { title: string; text: string }> = {
  queued: { title: "没有等待的客户", text: "有客户转人工时会出现在这里，页面标题也会提醒您。" },
  mine: { title: "您还没有进行中的会话", text: "在“等待接入”中接入客户后，会话会出现在这里。" },
  all: { title: "还没有任何会话", text: "客户开始咨询后，会话会出现在这里。" },
};

/** The boxes and their conversations. */
export function ConversationList({
  box,
  chosen,
}: {
  box: Box;
  chosen: string | null;
}): JSX.Element {
  const { api } = useContext(Desk);
  const now = useNow();
  const { data, problem, refetch } = useFetched(box, ["conversations"], () =>
    api.conversations(box),
  );
  return (
    <section class="pane pane--list" aria-label="会话列表">
      <nav class="boxes" aria-label="会话分类">
        {BOXES.map((entry) => (
          <BoxLink key={entry.box} {...entry} here={entry.box === box} counts={data?.counts} />
        ))}
      </nav>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {data?.conversations.length === 0 && (
        <EmptyState icon={<ChatIcon size={28} />} title={NOTHING[box].title}>
          {NOTHING[box].text}
        </EmptyState>
      )}
      <ul class="rows">
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
      class="box"
      href={routeHash({ page: "conversations", box, id: null })}
      data-testid={`box-${box}`}
      {...current}
    >
      {title}
      {count > 0 && <span class={`count count--${box}`}>{count}</span>}
    </a>
  );
}
