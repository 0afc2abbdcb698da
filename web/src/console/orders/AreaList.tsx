import { EnvironmentOutlined } from "@ant-design/icons";
import { Table } from "antd";
import { type JSX, useContext } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import type { AreaCount } from "../model";
import { EmptyState } from "../states/EmptyState";
import { Problem } from "../states/Problem";

/** Where the work is: open and late orders by area, the most first; a press shows them. */
export function AreaList({ onChoose }: { onChoose: (area: string) => void }): JSX.Element {
  const { api } = useContext(Desk);
  const { data, problem, refetch } = useFetched("areas", ["orders"], () => api.areas());
  const most = Math.max(1, ...(data?.areas ?? []).map(({ open }) => open));
  return (
    <section className="board__list" aria-label="按片区" tabIndex={0}>
      {problem && <Problem words={problem} onRetry={refetch} />}
      <Table<AreaCount>
        size="small"
        rowKey="area"
        loading={!data && !problem}
        dataSource={[...(data?.areas ?? [])]}
        pagination={false}
        locale={{
          emptyText: data ? (
            <EmptyState icon={<EnvironmentOutlined aria-hidden />} title="没有处理中的工单">
              有工单时，这里按片区列出数量。
            </EmptyState>
          ) : (
            " "
          ),
        }}
        onRow={() => ({ "data-testid": "area-row" }) as Record<string, string>}
        columns={[
          {
            title: "片区",
            dataIndex: "area",
            render: (area: string) =>
              area ? (
                <button type="button" className="link" onClick={() => onChoose(area)}>
                  {area}
                </button>
              ) : (
                "未登记片区"
              ),
          },
          {
            title: "处理中",
            dataIndex: "open",
            render: (open: number) => (
              <span className="area-bar">
                <span className="area-bar__number">{open}</span>
                <span className="area-bar__track" aria-hidden="true">
                  <span className="area-bar__fill" style={{ width: `${(100 * open) / most}%` }} />
                </span>
              </span>
            ),
          },
          {
            title: "超时",
            dataIndex: "overdue",
            render: (late: number) =>
              late > 0 ? <span className="tag tag--late">{late}</span> : "0",
          },
          { title: "片区故障", dataIndex: "incidents" },
        ]}
      />
    </section>
  );
}
