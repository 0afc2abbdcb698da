import type { JSX } from "preact";
import { useContext, useState } from "preact/hooks";
import { Desk } from "./desk_context";
import { wordsOf } from "./failure";
import type { AgentStatus } from "./model";

const WORDS: Record<AgentStatus, string> = { online: "在线", away: "离开", offline: "离线" };

/** One press between 在线 (new conversations may come) and 离开. */
export function StatusSwitch({ initial }: { initial: AgentStatus }): JSX.Element {
  const { api } = useContext(Desk);
  const [status, setStatus] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const next: AgentStatus = status === "online" ? "away" : "online";

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
