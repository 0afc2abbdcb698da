import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { type JSX, useEffect, useState } from "react";
import { copyText } from "../../shared/clipboard";

type Outcome = "idle" | "copied" | "refused";
const SPOKEN: Record<Outcome, string> = { idle: "", copied: "已复制", refused: "请长按号码复制" };

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
      className={`order-chip order-chip--${outcome}`}
      aria-label={`复制工单号 ${number}`}
      title="点击复制工单号"
      onClick={() => void copy()}
    >
      <span className="order-chip__number">{number}</span>
      {outcome === "copied" ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      <span className="order-chip__outcome" role="status">
        {SPOKEN[outcome]}
      </span>
    </button>
  );
}
