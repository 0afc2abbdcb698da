import { Segmented } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { may, type Right } from "../model";
import { AuditPanel } from "./AuditPanel";
import { PeoplePanel } from "./PeoplePanel";
import { PoliciesPanel } from "./PoliciesPanel";
import { ReviewPanel } from "./ReviewPanel";
import { TeamsPanel } from "./TeamsPanel";
import "./administration.css";

interface Tab {
  readonly value: string;
  readonly label: string;
  readonly right: Right;
  readonly Panel: () => JSX.Element;
}

const TABS: readonly Tab[] = [
  { value: "people", label: "人员", right: "manage_people", Panel: PeoplePanel },
  { value: "policies", label: "策略", right: "read_policies", Panel: PoliciesPanel },
  { value: "audit", label: "审计日志", right: "read_audit", Panel: AuditPanel },
  { value: "review", label: "没把握的话", right: "review", Panel: ReviewPanel },
  { value: "teams", label: "班组", right: "see_people", Panel: TeamsPanel },
];

/** Keeping the system: each part only for who has the right to it. */
export default function AdministrationPage(): JSX.Element {
  const { me } = useContext(Desk);
  const tabs = TABS.filter(({ right }) => may(me, right));
  const [chosen, setChosen] = useState(tabs[0]?.value ?? "");
  const Panel = tabs.find(({ value }) => value === chosen)?.Panel;
  return (
    <div className="board">
      <header className="board__head">
        <h1 className="board__title">管理</h1>
        <Segmented
          aria-label="管理什么"
          options={tabs.map(({ value, label }) => ({ value, label }))}
          value={chosen}
          onChange={setChosen}
        />
      </header>
      {Panel && <Panel />}
    </div>
  );
}
