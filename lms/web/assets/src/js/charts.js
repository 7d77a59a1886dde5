// Charts that are explored: <div class="chart" data-chart="id of a JSON block with ECharts options">. The table stays beside.
import { BarChart, HeatmapChart, LineChart, RadarChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, BarChart, DatasetComponent, GridComponent, HeatmapChart, LegendComponent, LineChart, MarkLineComponent, RadarChart,
  SankeyChart, ScatterChart, SVGRenderer, TooltipComponent, VisualMapComponent,
]);

const charts = new Map();

function draw(box) {
  charts.get(box)?.dispose();
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(`--${name}`).trim();
  const theme = {
    color: [colour("accent"), colour("warn"), colour("note"), colour("good"), colour("bad"), colour("line-strong")],
    textStyle: { fontFamily: "Atkinson Hyperlegible Next Variable, sans-serif", fontSize: 15, color: colour("ink") },
    aria: { enabled: true, decal: { show: true } },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
  const axis = { axisLine: { lineStyle: { color: colour("line-strong") } }, axisLabel: { color: colour("ink-soft"), fontSize: 14 }, splitLine: { lineStyle: { color: colour("line") } } };
  const chart = init(box, { ...theme, categoryAxis: axis, valueAxis: axis, timeAxis: axis, legend: { textStyle: { color: colour("ink") } } }, { renderer: "svg" });
  chart.setOption({ tooltip: { trigger: "axis", confine: true, renderMode: "html" }, ...JSON.parse(document.getElementById(box.dataset.chart).textContent) });
  charts.set(box, chart);
}

const boxes = document.querySelectorAll("[data-chart]");
boxes.forEach(draw);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
document.addEventListener("theme-changed", () => boxes.forEach(draw));
