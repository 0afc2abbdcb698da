import { CheckCircleOutlined } from "@ant-design/icons";
import { Button, Card } from "antd";
import { type JSX, useContext } from "react";
import { fullMoment, parseMoment } from "../../shared/time";
import { Fact } from "../conversations/blocks";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import type { Incident } from "../model";
import { EmptyState } from "../states/EmptyState";
import { Loading } from "../states/Loading";
import { Problem } from "../states/Problem";

/** Incidents under way, with the orders that hang under them. */
export function IncidentList({ onChoose }: { onChoose: (area: string) => void }): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("incidents", ["orders"], () => api.incidents());
  const now = new Date();
  return (
    <section className="incidents" aria-label="片区故障">
      {problem && <Problem words={problem} onRetry={refetch} />}
      {!data && !problem && <Loading what="片区故障" />}
      {data?.incidents.length === 0 && (
        <EmptyState icon={<CheckCircleOutlined aria-hidden />} title="没有进行中的片区故障">
          同一片区短时间内多人报修，或收到停服公告时，会出现在这里。
        </EmptyState>
      )}
      {data?.incidents.map((incident) => (
        <IncidentCard key={incident.number} incident={incident} now={now} onChoose={onChoose} />
      ))}
    </section>
  );
}

interface IncidentCardProps {
  incident: Incident;
  now: Date;
  onChoose: (area: string) => void;
}

function IncidentCard({ incident, now, onChoose }: IncidentCardProps): JSX.Element {
  const opened = parseMoment(incident.opened_at);
  const end = parseMoment(incident.expected_end);
  return (
    <Card
      size="small"
      title={`${incident.area} · ${incident.grade}`}
      extra={<span className="mono">{incident.number}</span>}
      data-testid="incident"
    >
      <p>{incident.text}</p>
      <dl className="facts facts--wide">
        {opened && <Fact label="开始" value={fullMoment(opened, now)} />}
        {end && <Fact label="预计恢复" value={fullMoment(end, now)} />}
        <Fact label="关联工单" value={`${incident.orders} 单`} />
      </dl>
      <Button size="small" onClick={() => onChoose(incident.area)}>
        看这个片区的工单
      </Button>
    </Card>
  );
}
