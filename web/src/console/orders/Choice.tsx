import { Select } from "antd";
import type { JSX } from "react";

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly { readonly value: string; readonly label: string }[];
  onChange: (value: string) => void;
  /** Nothing chosen means all or none, said in these words. */
  empty?: string;
  testid?: string;
}

/** One of many, from a list that opens. */
export function Choice(props: ChoiceProps): JSX.Element {
  const { label, value, options, onChange, empty, testid } = props;
  return (
    <Select
      className="choice"
      aria-label={label}
      placeholder={empty ?? label}
      value={value || null}
      allowClear={empty !== undefined}
      options={options.map((option) => ({
        ...option,
        "data-testid": testid && `${testid}-${option.value}`,
      }))}
      popupMatchSelectWidth={false}
      data-testid={testid}
      onChange={(next) => onChange(next ?? "")}
    />
  );
}
