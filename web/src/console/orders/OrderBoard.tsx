import { FileTextOutlined } from "@ant-design/icons";
import { Table, type TableColumnsType } from "antd";
import { type JSX, useContext, useEffect, useState } from "react";
import { parseMoment, shortMoment } from "../../shared/time";
import { Desk } from "../desk_context";
import { useFetched, useNow } from "../hooks";
import type { OrderChoices, OrderFilter, OrderSummary } from "../model";
import { routeHash } from "../route";
import { EmptyState } from "../states/EmptyState";
import { Problem } from "../states/Problem";
import { BulkBar } from "./BulkBar";
import { isNarrowed } from "./filter";
import { orderCustomer, PromiseTag } from "./PromiseTag";

const PAGE_SIZE = 50;

interface OrderBoardProps {
  filter: OrderFilter;
  choices: OrderChoices | null;
  chosen: string | null;
}

/** The orders of a filter, page by page; those that are ticked can be changed together. */
export function OrderBoard({ filter, choices, chosen }: OrderBoardProps): JSX.Element {
  const { api } = useContext(Desk);
  const [page, setPage] = useState(1);
  const [ticked, setTicked] = useState<string[]>([]);
  const now = useNow(10_000);
  const asked = JSON.stringify(filter);
  const { data, problem, refetch } = useFetched(`${asked} ${page}`, ["orders"], () =>
    api.orders(filter, page),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins anew
  useEffect(() => {
    setPage(1);
    setTicked([]);
  }, [asked]);
  return (
    <section className="board__list" aria-label="工单列表" tabIndex={0}>
      {problem && <Problem words={problem} onRetry={refetch} />}
      {ticked.length > 0 && (
        <BulkBar numbers={ticked} choices={choices} onDone={() => setTicked([])} />
      )}
      <Table<OrderSummary>
        size="small"
        rowKey="number"
        columns={columns(now, choices)}
        dataSource={[...(data?.orders ?? [])]}
        loading={!data && !problem}
        locale={{ emptyText: data ? <Nothing narrowed={isNarrowed(filter)} /> : " " }}
        rowSelection={{
          selectedRowKeys: ticked,
          onChange: (keys) => setTicked(keys.map(String)),
          getCheckboxProps: ({ number }) => ({ "aria-label": `选择 ${number}` }) as object,
        }}
        rowClassName={({ number }) => (number === chosen ? "board__row--chosen" : "")}
        onRow={({ number }) =>
          ({ "data-testid": "order-row", "data-number": number }) as Record<string, string>
        }
        pagination={{
          current: page,
          pageSize: PAGE_SIZE,
          total: data?.total ?? 0,
          showSizeChanger: false,
          showTotal: (total) => `共 ${total} 单`,
          onChange: setPage,
        }}
      />
    </section>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }): JSX.Element {
  return (
    <EmptyState
      icon={<FileTextOutlined aria-hidden />}
      title={narrowed ? "没有符合条件的工单" : "没有处理中的工单"}
    >
      {narrowed ? "放宽筛选条件，或把范围改为“全部”再找。" : "客户报修或投诉后，工单会出现在这里。"}
    </EmptyState>
  );
}

function columns(now: Date, choices: OrderChoices | null): TableColumnsType<OrderSummary> {
  const teams = new Map(choices?.teams.map(({ code, name }) => [code, name]));
  return [
    {
      title: "工单号",
      dataIndex: "number",
      width: 170,
      render: (number: string) => (
        <a className="mono" href={routeHash({ page: "orders", number })}>
          {number}
        </a>
      ),
    },
    { title: "类型", dataIndex: "kind", width: 96 },
    {
      title: "状态",
      dataIndex: "state_label",
      width: 170,
      render: (label: string) => <span className="tag tag--reason">{label}</span>,
    },
    {
      title: "时限",
      width: 130,
      render: (_, order) => <PromiseTag order={order} now={now} />,
    },
    { title: "优先级", dataIndex: "priority", width: 76 },
    { title: "客户", width: 150, render: (_, order) => orderCustomer(order) },
    { title: "片区", dataIndex: "area", width: 96, render: (area) => area ?? "—" },
    {
      title: "班组 / 处理人",
      width: 150,
      render: (_, { team, assignee }) =>
        [team ? (teams.get(team) ?? team) : "", assignee].filter(Boolean).join(" / ") || "—",
    },
    {
      title: "受理",
      dataIndex: "opened_at",
      width: 100,
      render: (at: string) => {
        const opened = parseMoment(at);
        return opened ? shortMoment(opened, now) : "";
      },
    },
  ];
}
