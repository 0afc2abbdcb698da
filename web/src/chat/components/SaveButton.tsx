import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { SaveIcon } from "../../shared/icons";
import { words } from "../words";

/** Saves the conversation as a text file; says so when that did not work. */
export function SaveButton({ onSave }: { onSave: () => Promise<boolean> }): JSX.Element {
  const [failed, setFailed] = useState(false);
  const label = failed ? words.notSaved : words.save;
  return (
    <button
      type="button"
      class="icon-button"
      data-testid="save"
      aria-label={label}
      title={label}
      onClick={() => void onSave().then((saved) => setFailed(!saved))}
    >
      <SaveIcon />
    </button>
  );
}
