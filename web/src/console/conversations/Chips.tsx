import type { JSX } from "react";

interface Choice {
  readonly value: string;
  readonly words: string;
  readonly testid: string;
}

interface ChipsProps {
  title: string;
  choices: readonly Choice[];
  chosen: string;
  onChoose: (value: string) => void;
}

/** One of a few, all of them in sight. */
export function Chips({ title, choices, chosen, onChoose }: ChipsProps): JSX.Element {
  return (
    <fieldset className="chips">
      <legend>{title}</legend>
      {choices.map(({ value, words, testid }) => (
        <button
          key={value}
          type="button"
          className={value === chosen ? "chip chip--chosen" : "chip"}
          aria-pressed={value === chosen}
          data-testid={testid}
          onClick={() => onChoose(value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
