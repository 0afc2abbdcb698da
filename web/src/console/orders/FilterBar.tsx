import { Button, Checkbox, Input, type InputRef } from "antd";
import { type JSX, useEffect, useRef, useState } from "react";
import { useSettled } from "../hooks";
import type { OrderChoices, OrderFilter } from "../model";
import { useShortcut } from "../shell/shortcuts";
import { Choice } from "./Choice";
import { EVERYTHING_OPEN, isNarrowed } from "./filter";
import { SavedViews } from "./SavedViews";

interface FilterBarProps {
  filter: OrderFilter;
  choices: OrderChoices | null;
  onChange: (filter: OrderFilter) => void;
}

/** Narrows the board down; what is used often is kept under a name. */
export function FilterBar({ filter, choices, onChange }: FilterBarProps): JSX.Element {
  const change = (part: Partial<OrderFilter>) => onChange({ ...filter, ...part });
  const named = (list: OrderChoices["states"] | undefined) =>
    (list ?? []).map(({ name, label }) => ({ value: name, label }));
  const plain = (list: readonly string[] | undefined) =>
    (list ?? []).map((value) => ({ value, label: value }));
  const teams = (choices?.teams ?? []).map(({ code, name }) => ({ value: code, label: name }));
  const fields = [
    { field: "state", label: "状态", options: named(choices?.states) },
    { field: "kind", label: "类型", options: named(choices?.kinds) },
    { field: "area", label: "片区", options: plain(choices?.areas) },
    { field: "priority", label: "优先级", options: named(choices?.priorities) },
    { field: "team", label: "班组", options: teams },
  ] as const;
  return (
    <div className="filters" role="search" aria-label="筛选工单">
      <WordsField value={filter.q} onChange={(q) => change({ q })} />
      <Choice
        label="范围"
        value={filter.scope}
        options={SCOPES}
        onChange={(scope) => change({ scope: scope === "all" ? "all" : "open" })}
      />
      {fields.map(({ field, label, options }) => (
        <Choice
          key={field}
          label={label}
          empty={label}
          testid={`filter-${field}`}
          value={filter[field]}
          options={options}
          onChange={(value) => change({ [field]: value })}
        />
      ))}
      <Checkbox
        checked={filter.overdue}
        data-testid="filter-overdue"
        onChange={(event) => change({ overdue: event.target.checked })}
      >
        只看超时
      </Checkbox>
      {isNarrowed(filter) && (
        <Button type="link" onClick={() => onChange({ ...EVERYTHING_OPEN, scope: filter.scope })}>
          清除筛选
        </Button>
      )}
      <SavedViews filter={filter} onChoose={onChange} />
    </div>
  );
}

const SCOPES = [
  { value: "open", label: "处理中" },
  { value: "all", label: "全部" },
];

function WordsField(props: { value: string; onChange: (words: string) => void }): JSX.Element {
  const { value, onChange } = props;
  const [words, setWords] = useState(value);
  const settled = useSettled(words.trim());
  const field = useRef<InputRef>(null);
  const latest = useRef(onChange);
  latest.current = onChange;
  useShortcut("filter", () => field.current?.focus());
  // From outside: a saved view was chosen, or the filter was cleared.
  useEffect(() => setWords(value), [value]);
  useEffect(() => latest.current(settled), [settled]);
  return (
    <Input
      ref={field}
      className="filters__words"
      type="search"
      allowClear
      aria-label="搜索工单"
      placeholder="工单号、电话、描述"
      value={words}
      onChange={(event) => setWords(event.target.value)}
    />
  );
}
