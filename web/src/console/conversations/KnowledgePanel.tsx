import { BookOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched, useSettled } from "../hooks";
import type { KnowledgeArticle } from "../model";
import { EmptyState } from "../states/EmptyState";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { drafts } from "./drafts";

interface KnowledgePanelProps {
  conversationId: string;
  mayInsert: boolean;
  focus: boolean;
}

/** Searches the knowledge base; without words, what fits the customer's last message. */
export function KnowledgePanel(props: KnowledgePanelProps): JSX.Element {
  const { conversationId, focus } = props;
  const { api } = useContext(Desk);
  const [words, setWords] = useState("");
  const asked = useSettled(words.trim());
  const { data, problem, refetch } = useFetched(
    `knowledge ${conversationId} ${asked}`,
    asked ? [] : [`conversation:${conversationId}`],
    async () =>
      asked
        ? { question: asked, ...(await api.knowledge(asked)) }
        : await api.suggestions(conversationId),
  );
  return (
    <div className="knowledge" data-testid="knowledge">
      <Input
        type="search"
        aria-label="搜索知识库"
        placeholder="搜索知识库"
        allowClear
        autoFocus={focus}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <Loading what="知识" />}
      {data && !asked && data.question && (
        <p className="context__none">根据客户的话推荐：“{data.question}”</p>
      )}
      {data?.articles.length === 0 && (
        <EmptyState icon={<BookOutlined aria-hidden />} title="没有找到合适的条目">
          {asked ? "换个说法再试，或把问题说得完整一些。" : "客户提出问题后，这里会推荐答案。"}
        </EmptyState>
      )}
      <ul>
        {data?.articles.map((article) => (
          <li key={article.id}>
            <Article article={article} {...props} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Article(props: KnowledgePanelProps & { article: KnowledgeArticle }): JSX.Element {
  const { article, conversationId, mayInsert } = props;
  return (
    <article className="article" data-testid="article">
      <h3 className="article__title">{article.title}</h3>
      <p className="article__body">{article.body}</p>
      <p className="context__none">{article.source}</p>
      {mayInsert && (
        <Button
          size="small"
          data-testid="insert"
          aria-label={`把“${article.title}”插入回复`}
          onClick={() => drafts.insert(conversationId, article.body)}
        >
          插入回复
        </Button>
      )}
    </article>
  );
}
