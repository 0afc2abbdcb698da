import { MessageOutlined } from "@ant-design/icons";
import type { JSX } from "react";
import type { Box } from "../model";
import { EmptyState } from "../states/EmptyState";
import { ConversationList } from "./ConversationList";
import { ConversationView } from "./ConversationView";

interface ConversationsPageProps {
  box: Box;
  id: string | null;
}

/** List on the left, the chosen conversation beside it; on a phone one after the other. */
export function ConversationsPage({ box, id }: ConversationsPageProps): JSX.Element {
  return (
    <div className={id === null ? "columns" : "columns columns--chosen"}>
      <h1 className="visually-hidden">会话</h1>
      <ConversationList box={box} chosen={id} />
      {id === null ? (
        <section className="pane pane--empty" aria-label="会话">
          <EmptyState icon={<MessageOutlined aria-hidden />} title="请选择一个会话">
            在左侧选择会话查看内容；等待中的客户请尽快接入。按 ? 查看快捷键。
          </EmptyState>
        </section>
      ) : (
        <ConversationView key={id} id={id} box={box} />
      )}
    </div>
  );
}
