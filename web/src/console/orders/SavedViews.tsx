import { DeleteOutlined, SaveOutlined } from "@ant-design/icons";
import { App, Button, Input, Popover } from "antd";
import { type FormEvent, type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import { useFetched } from "../hooks";
import type { OrderFilter, SavedView } from "../model";
import { completed } from "./filter";

interface SavedViewsProps {
  filter: OrderFilter;
  onChoose: (filter: OrderFilter) => void;
}

/** An agent's own views of the board, on whatever computer they sit. */
export function SavedViews({ filter, onChoose }: SavedViewsProps): JSX.Element {
  const { api } = useContext(Desk);
  const { message } = App.useApp();
  const { data, update } = useFetched("saved-views", [], () => api.savedViews());
  const change = async (work: () => Promise<{ views: SavedView[] }>) => {
    try {
      const now = await work();
      update(() => now);
    } catch (error) {
      void message.error(wordsOf(error));
    }
  };
  return (
    <span className="views">
      {data?.views.map((view) => (
        <span key={view.id} className="view" data-testid="saved-view">
          <Button size="small" type="text" onClick={() => onChoose(completed(view.filter))}>
            {view.name}
          </Button>
          <Button
            size="small"
            type="text"
            aria-label={`删除视图 ${view.name}`}
            icon={<DeleteOutlined aria-hidden />}
            onClick={() => void change(() => api.forgetView(view.id))}
          />
        </span>
      ))}
      <SaveButton onSave={(name) => void change(() => api.saveView(name, filter))} />
    </span>
  );
}

function SaveButton({ onSave }: { onSave: (name: string) => void }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    onSave(name.trim());
    setName("");
    setOpen(false);
  };
  const form = (
    <form className="save-view" onSubmit={save}>
      <Input
        aria-label="视图名称"
        placeholder="视图名称"
        maxLength={20}
        data-testid="view-name"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button htmlType="submit" type="primary" data-testid="view-save">
        保存
      </Button>
    </form>
  );
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} content={form}>
      <Button size="small" icon={<SaveOutlined aria-hidden />} data-testid="save-view">
        存为视图
      </Button>
    </Popover>
  );
}
