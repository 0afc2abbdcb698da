import type { JSX } from "preact";
import { words } from "../words";
import { Avatar } from "./Avatar";

interface TypingProps {
  author: "bot" | "agent";
  agent: string | undefined;
}

/** Three dots while an answer is being written. */
export function Typing({ author, agent }: TypingProps): JSX.Element {
  const who = author === "agent" ? words.agent(agent ?? "") : words.bot;
  return (
    <div class="typing" data-testid="typing">
      <Avatar author={author} {...(agent && { name: agent })} />
      <span class="visually-hidden">{words.typing(who)}</span>
      <span class="typing__dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </div>
  );
}
