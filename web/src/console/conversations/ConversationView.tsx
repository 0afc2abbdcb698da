import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import type { Box } from "../model";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { ContextPanel } from "./ContextPanel";
import { Talk } from "./Talk";

interface ConversationViewProps {
  id: string;
  box: Box;
}

/** One conversation: what was said, what is known about it, and what can be done now. */
export function ConversationView({ id, box }: ConversationViewProps): JSX.Element {
  const { api } = useContext(Desk);
  const fetched = useFetched(id, [`conversation:${id}`], () => api.conversation(id));
  const [contextOpen, setContextOpen] = useState(false);
  const { data, problem, refetch } = fetched;
  return (
    <>
      <section className="pane pane--talk" aria-label="会话内容">
        {problem && <Problem words={problem} onRetry={refetch} />}
        {!data && !problem && <Loading what="会话" rows={8} />}
        {data && (
          <Talk
            detail={data}
            box={box}
            fetched={fetched}
            contextOpen={contextOpen}
            onContext={() => setContextOpen(!contextOpen)}
          />
        )}
      </section>
      {data && <ContextPanel detail={data} open={contextOpen} onOpen={setContextOpen} />}
    </>
  );
}
