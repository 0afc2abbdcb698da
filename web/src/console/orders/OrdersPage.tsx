import { Segmented } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { useFetched } from "../hooks";
import type { OrderFilter } from "../model";
import { AreaList } from "./AreaList";
import { FilterBar } from "./FilterBar";
import { EVERYTHING_OPEN } from "./filter";
import { IncidentList } from "./IncidentList";
import { OrderBoard } from "./OrderBoard";
import { OrderDrawer } from "./OrderDrawer";

type Tab = "list" | "areas" | "incidents";
const TABS: { label: string; value: Tab }[] = [
  { label: "列表", value: "list" },
  { label: "按片区", value: "areas" },
  { label: "片区故障", value: "incidents" },
];

/** Work orders: the board with its filters, the areas, the incidents; one order in front. */
export default function OrdersPage({ number }: { number: string | null }): JSX.Element {
  const { api } = useContext(Desk);
  const [tab, setTab] = useState<Tab>("list");
  const [filter, setFilter] = useState<OrderFilter>(EVERYTHING_OPEN);
  const choices = useFetched("order-choices", [], () => api.orderChoices()).data;
  const look = (area: string) => {
    setFilter({ ...EVERYTHING_OPEN, area });
    setTab("list");
  };
  return (
    <div className="board">
      <header className="board__head">
        <h1 className="board__title">工单</h1>
        <Segmented<Tab> aria-label="怎么看" options={TABS} value={tab} onChange={setTab} />
      </header>
      {tab === "list" && (
        <>
          <FilterBar filter={filter} choices={choices} onChange={setFilter} />
          <OrderBoard filter={filter} choices={choices} chosen={number} />
        </>
      )}
      {tab === "areas" && <AreaList onChoose={look} />}
      {tab === "incidents" && <IncidentList onChoose={look} />}
      {number !== null && <OrderDrawer key={number} number={number} choices={choices} />}
    </div>
  );
}
