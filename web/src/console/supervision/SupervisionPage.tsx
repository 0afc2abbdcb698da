import { type JSX, lazy, Suspense, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched, useNow } from "../hooks";
import type { ConversationSummary, Supervision } from "../model";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";
import { ClockTable } from "./ClockTable";
import { ListenDrawer } from "./ListenDrawer";
import { PeopleTable } from "./PeopleTable";
import { TalkTable } from "./TalkTable";
import "./supervision.css";

// Charts are heavy and come last: the tables are there at once.
const LoadChart = lazy(() => import("./LoadChart"));

/** The floor at a glance: who is there, who waits, what will be late, and the way into a talk. */
export default function SupervisionPage(): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched(
    "supervision",
    ["conversations", "people", "orders"],
    () => api.supervision(),
  );
  const [listening, setListening] = useState<string | null>(null);
  return (
    <div className="floor">
      <h1 className="board__title">现场</h1>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <Loading what="现场" rows={10} />}
      {data && <Floor data={data} onListen={setListening} />}
      {listening && (
        <ListenDrawer key={listening} id={listening} onClose={() => setListening(null)} />
      )}
    </div>
  );
}

interface FloorProps {
  data: Supervision;
  onListen: (id: string) => void;
}

function Floor({ data, onListen }: FloorProps): JSX.Element {
  const now = useNow();
  const online = data.people.filter(({ status }) => status === "online");
  const longest = data.waiting.reduce((most, one) => Math.max(most, waited(one, now)), 0);
  return (
    <>
      <dl className="figures">
        <Figure label="在线坐席" value={`${online.length} / ${data.people.length}`} />
        <Figure label="等待客户" value={String(data.waiting.length)} />
        <Figure label="最长等待" value={`${Math.floor(longest / 60_000)} 分钟`} />
        <Figure label="人工会话" value={String(data.talks.length)} />
        <Figure label="即将超时" value={String(data.clocks.length)} />
      </dl>
      <div className="floor__grid">
        <section className="card" aria-labelledby="floor-waiting">
          <h2 id="floor-waiting">等待的客户</h2>
          <TalkTable talks={data.waiting} now={now} onListen={onListen} empty="没有客户在等待" />
        </section>
        <section className="card" aria-labelledby="floor-people">
          <h2 id="floor-people">坐席</h2>
          <PeopleTable people={data.people} />
        </section>
        <section className="card" aria-labelledby="floor-talks">
          <h2 id="floor-talks">进行中的人工会话</h2>
          <TalkTable talks={data.talks} now={now} onListen={onListen} empty="没有人工会话" />
        </section>
        <section className="card" aria-labelledby="floor-load">
          <h2 id="floor-load">负荷</h2>
          <Suspense fallback={<Loading what="图表" />}>
            <LoadChart people={data.people} />
          </Suspense>
        </section>
        <section className="card card--wide" aria-labelledby="floor-clocks">
          <h2 id="floor-clocks">即将超时的时限</h2>
          <ClockTable clocks={data.clocks} now={now} onListen={onListen} />
        </section>
      </div>
    </>
  );
}

function waited(talk: ConversationSummary, now: Date): number {
  const since = talk.waiting_since ? Date.parse(talk.waiting_since) : now.getTime();
  return Math.max(0, now.getTime() - since);
}

function Figure({ label, value }: { label: string; value: string }): JSX.Element {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
