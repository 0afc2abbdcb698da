import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { type JSX, useEffect, useRef } from "react";
import type { Colleague } from "../model";
import { PALETTES } from "../theme/palette";
import { useSchemeState } from "../theme/ThemeFrame";

use([BarChart, GridComponent, AriaComponent, CanvasRenderer]);

/** How much each holds of what they can hold. The table beside it says the same in figures. */
export default function LoadChart({ people }: { people: readonly Colleague[] }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const { scheme } = useSchemeState();
  const colours = PALETTES[scheme];
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const chart = init(element);
    chart.setOption(options(people, colours));
    const sized = new ResizeObserver(() => chart.resize());
    sized.observe(element);
    return () => {
      sized.disconnect();
      chart.dispose();
    };
  }, [people, colours]);
  const words = people.map(({ name, load, capacity }) => `${name} ${load}/${capacity}`).join("，");
  return <div className="chart" ref={place} role="img" aria-label={`坐席负荷：${words}`} />;
}

function options(people: readonly Colleague[], colours: (typeof PALETTES)["light"]) {
  const label = { color: colours["text-quiet"] };
  return {
    animation: false,
    grid: { left: 8, right: 24, top: 8, bottom: 8, outerBoundsMode: "same" as const },
    xAxis: {
      type: "value" as const,
      minInterval: 1,
      axisLabel: label,
      splitLine: { lineStyle: { color: colours.line } },
    },
    yAxis: { type: "category" as const, data: people.map(({ name }) => name), axisLabel: label },
    series: [
      {
        type: "bar" as const,
        stack: "load",
        data: people.map(({ load, capacity }) => ({
          value: load,
          itemStyle: { color: load >= capacity ? colours.bad : colours.accent },
        })),
      },
      {
        type: "bar" as const,
        stack: "load",
        data: people.map(({ load, capacity }) => Math.max(0, capacity - load)),
        itemStyle: { color: colours["raised-strong"] },
      },
    ],
  };
}
