import { Skeleton } from "antd";
import type { JSX } from "react";

/** The shape of what is coming, so that nothing jumps when it is there. */
export function Loading({ what, rows = 4 }: { what: string; rows?: number }): JSX.Element {
  return (
    <div className="loading" role="status" aria-label={`正在载入${what}`}>
      <Skeleton active title={false} paragraph={{ rows, width: "100%" }} />
    </div>
  );
}
