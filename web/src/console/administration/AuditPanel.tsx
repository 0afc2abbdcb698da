import { Alert, Button, Input, Table } from "antd";
import { type JSX, useContext, useState } from "react";
import { fullMoment, parseMoment } from "../../shared/time";
import { Desk } from "../desk_context";
import { useFetched, useSettled } from "../hooks";
import { roleLabel } from "../labels";
import { Problem } from "../states/Problem";
import { eventLabel } from "./audit_words";
import type { AuditRow, Verdict } from "./records";

const FIELDS = [
  { name: "who", label: "谁（用户名）" },
  { name: "what", label: "事项，例如 CustomerUnmasked" },
  { name: "subject", label: "对象（会话、工单或账号）" },
] as const;

/** Who did and saw what, newest first; and whether the log is still what was written. */
export function AuditPanel(): JSX.Element {
  const { api } = useContext(Desk);
  const [chosen, setChosen] = useState({ who: "", what: "", subject: "" });
  const [before, setBefore] = useState("");
  const query = useSettled(new URLSearchParams({ ...chosen, before }).toString());
  const { data, problem, refetch } = useFetched(`audit ${query}`, [], () =>
    api.get<{ rows: readonly AuditRow[] }>(`audit?${query}`),
  );
  const last = data?.rows.at(-1);
  return (
    <section className="card" aria-label="审计日志">
      <search className="filters" aria-label="筛选审计日志">
        {FIELDS.map(({ name, label }) => (
          <Input
            key={name}
            aria-label={label}
            placeholder={label}
            allowClear
            data-testid={`audit-${name}`}
            value={chosen[name]}
            onChange={(event) => {
              setChosen({ ...chosen, [name]: event.target.value });
              setBefore("");
            }}
          />
        ))}
        <Verify />
      </search>
      {problem && <Problem words={problem} onRetry={refetch} />}
      <AuditTable rows={data?.rows ?? []} />
      <div className="actions">
        {before !== "" && <Button onClick={() => setBefore("")}>最新</Button>}
        {last && last.seq > 1 && <Button onClick={() => setBefore(String(last.seq))}>更早</Button>}
      </div>
    </section>
  );
}

function Verify(): JSX.Element {
  const { api } = useContext(Desk);
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const verify = () => api.get<Verdict>("audit/verdict").then(setVerdict);
  return (
    <>
      <Button data-testid="audit-verify" onClick={() => void verify()}>
        校验
      </Button>
      {verdict && (
        <Alert
          type={verdict.broken === null ? "success" : "error"}
          showIcon
          data-testid="audit-verdict"
          title={
            verdict.broken === null
              ? `${verdict.rows} 行，完整`
              : `第 ${verdict.broken} 行：${verdict.why}`
          }
        />
      )}
    </>
  );
}

function AuditTable({ rows }: { rows: readonly AuditRow[] }): JSX.Element {
  const now = new Date();
  return (
    <Table<AuditRow>
      size="small"
      rowKey="seq"
      pagination={false}
      dataSource={[...rows]}
      onRow={() => ({ "data-testid": "audit-row" }) as Record<string, string>}
      columns={[
        { title: "序号", dataIndex: "seq" },
        {
          title: "时间",
          render: (_, { at }) => {
            const moment = parseMoment(at);
            return moment ? fullMoment(moment, now) : at;
          },
        },
        { title: "谁", dataIndex: "who" },
        { title: "角色", render: (_, { role }) => roleLabel(role) },
        { title: "事项", render: (_, { what }) => <span title={what}>{eventLabel(what)}</span> },
        { title: "对象", render: (_, { subject }) => <span className="mono">{subject}</span> },
        {
          title: "内容",
          render: (_, { details }) => (
            <span className="audit__details">{details === "{}" ? "" : details}</span>
          ),
        },
      ]}
    />
  );
}
