import type { JSX } from "preact";
import { useContext, useState } from "preact/hooks";
import { Desk } from "./desk_context";
import { wordsOf } from "./failure";
import type { AgentStatus } from "./model";

const WORDS: Record<AgentStatus, string> = {
  online: "在线",
  busy: "忙碌",
  away: "离开",
  offline: "离线",
};
const NEXT: Record<AgentStatus, AgentStatus> = {
  online: "busy",
  busy: "away",
  away: "online",
  offline: "online",
};

/** One press to the next: 在线 (conversations are offered), 忙碌 (here, but no more now), 离开. */
export function StatusSwitch({ initial }: { initial: AgentStatus }): JSX.Element {
  const { api } = useContext(Desk);
  const [status, setStatus] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const next = NEXT[status];

  const change = async () => {
    try {
      const answer = await api.setStatus(next);
      setStatus(answer.status);
      setProblem(null);
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <>
      <button
        type="button"
        class={`status status--${status}`}
        data-testid="status"
        data-status={status}
        aria-label={`${WORDS[status]}，点击切换为${WORDS[next]}`}
        title={`点击切换为${WORDS[next]}`}
        onClick={() => void change()}
      >
        <span class="status__dot" aria-hidden="true" />
        {WORDS[status]}
      </button>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
