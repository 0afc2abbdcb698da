import { App, Button, InputNumber, Select } from "antd";
import { type JSX, useContext, useState } from "react";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import type { AccountRecord, Accounts } from "./records";

interface ProfileFormProps {
  account: AccountRecord;
  choices: Accounts;
  onChanged: () => void;
}

const LANGUAGES = ["zh", "en", "yue"];

/** Skills, areas and languages (none: no limit), and how many conversations at once. */
export function ProfileForm({ account, choices, onChanged }: ProfileFormProps): JSX.Element {
  const { api } = useContext(Desk);
  const { message } = App.useApp();
  const [profile, setProfile] = useState({
    skills: [...account.skills],
    areas: [...account.areas],
    languages: [...account.languages],
    capacity: account.capacity,
  });
  const save = async () => {
    try {
      await api.send("PUT", `people/${encodeURIComponent(account.username)}/profile`, profile);
      void message.success("已保存");
      onChanged();
    } catch (error) {
      void message.error(wordsOf(error));
    }
  };
  const fields = [
    { name: "skills", label: "技能（不选：不限）", options: choices.skills },
    { name: "areas", label: "片区（不选：不限）", options: choices.areas },
    { name: "languages", label: "语言（不选：不限）", options: LANGUAGES },
  ] as const;
  return (
    <div className="form">
      {fields.map(({ name, label, options }) => (
        <div className="field" key={name}>
          <span>{label}</span>
          <Select
            mode="multiple"
            aria-label={label}
            value={profile[name]}
            options={options.map((value) => ({ value, label: value }))}
            onChange={(value) => setProfile({ ...profile, [name]: value })}
          />
        </div>
      ))}
      <div className="field">
        <span>同时接待（不填：按策略）</span>
        <InputNumber
          aria-label="同时接待"
          min={1}
          max={20}
          precision={0}
          value={profile.capacity}
          onChange={(capacity) => setProfile({ ...profile, capacity })}
        />
      </div>
      <Button type="primary" data-testid="profile-save" onClick={() => void save()}>
        保存
      </Button>
    </div>
  );
}
