// [data-chart="id"]: a bar, line or stacked chart from the JSON in #id, in the page's own colours. Marked up by {% chart %}.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const PALETTE = ["blue-fill", "green-fill", "amber-fill", "control", "red-fill"];
const LEVELS = { ok: "green-fill", near: "amber-fill", late: "red-fill", none: "control" };
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const font = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

function options({ kind, names, series, unit = "" }) {
  const [text, soft, line, raised] = ["text", "soft", "line", "raised"].map(colour);
  const size = Math.round(font() * 0.8125);
  const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft, fontSize: size }, splitLine: { lineStyle: { color: line } } };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    color: PALETTE.map(colour),
    grid: { left: 8, right: 12, top: series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    legend: series.length > 1 ? { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: soft, fontSize: size } } : undefined,
    // The HTML tooltip writes style attributes, which the content policy refuses; this one is drawn.
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: raised, borderColor: line, textStyle: { color: text, fontSize: size }, valueFormatter: (value) => `${value ?? "–"}${unit}` },
    xAxis: { type: "category", data: names, boundaryGap: kind !== "line", ...axis, splitLine: { show: false } },
    yAxis: { type: "value", minInterval: 1, ...axis, axisLine: { show: false } },
    series: series.map((one) => ({
      name: one.name,
      data: one.values,
      type: kind === "line" ? "line" : "bar",
      stack: kind === "stacked" ? "all" : undefined,
      barMaxWidth: 28,
      symbolSize: 6,
      showSymbol: names.length <= 31,
      lineStyle: { width: 2 },
      itemStyle: one.level ? { color: colour(LEVELS[one.level]) } : undefined,
    })),
  };
}

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = echarts.getInstanceByDom(box) ?? echarts.init(box, null, { renderer: "svg" });
  chart.setOption(options(data), true);
  if (data.urls) chart.off("click").on("click", ({ dataIndex }) => data.urls[dataIndex] && location.assign(data.urls[dataIndex]));
  if (!box.dataset.watched) {
    box.dataset.watched = "1";
    new ResizeObserver(() => chart.resize()).observe(box);
  }
}

const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
document.addEventListener("theme:change", all);
document.addEventListener("htmx:after:swap", all);
all();
