import { type JSX, useEffect, useRef } from "react";
import type { CannedReply } from "../model";

interface CannedListProps {
  id: string;
  replies: readonly CannedReply[];
  active: number;
  onChoose: (reply: CannedReply) => void;
}

/** The replies that fit; the caret stays in the field, arrow keys move the choice. */
export function CannedList({ id, replies, active, onChoose }: CannedListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div className="canned" ref={list} id={id} role="listbox" aria-label="常用语">
      {replies.length === 0 && (
        <div
          role="option"
          aria-selected={false}
          aria-disabled
          tabIndex={-1}
          className="canned__none"
        >
          没有匹配的常用语，按 Esc 关闭
        </div>
      )}
      {replies.map((reply, index) => (
        // The field keeps the focus (aria-activedescendant); keys are handled there.
        // biome-ignore lint/a11y/useKeyWithClickEvents: see above
        <div
          key={reply.name}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="canned__reply"
          data-testid={`canned-${reply.name}`}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(reply)}
        >
          <span className="canned__title">
            {reply.group} · {reply.title}
          </span>
          <span className="canned__text">{reply.text}</span>
        </div>
      ))}
    </div>
  );
}
