import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { copyText } from "./clipboard";
import { CheckIcon, CopyIcon } from "./icons";
import { language } from "./language";

type Outcome = "idle" | "copied" | "refused";
const [copied, refused, copyNumber] =
  language === "en"
    ? ["Copied", "Press long to copy", "Copy the order number"]
    : ["已复制", "请长按号码复制", "复制工单号"];
const SPOKEN: Record<Outcome, string> = { idle: "", copied, refused };

/** A work-order number the reader can copy with one press, wherever it is mentioned. */
export function OrderChip({ number }: { number: string }): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome>("idle");
  useEffect(() => {
    if (outcome === "idle") return;
    const timer = setTimeout(() => setOutcome("idle"), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => setOutcome((await copyText(number)) ? "copied" : "refused");
  return (
    <button
      type="button"
      class={`order-chip order-chip--${outcome}`}
      aria-label={`${copyNumber} ${number}`}
      title={copyNumber}
      onClick={() => void copy()}
    >
      <span class="order-chip__number">{number}</span>
      {outcome === "copied" ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
      <span class="order-chip__outcome" role="status">
        {SPOKEN[outcome]}
      </span>
    </button>
  );
}
