import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import { DataZoomComponent, GridComponent, TooltipComponent } from 'echarts/components'
import * as core from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

core.use([BarChart, CustomChart, LineChart, GridComponent, TooltipComponent, DataZoomComponent, CanvasRenderer])

export type Chart = core.ECharts

/** A chart in `box` that follows its size. */
export function chart(box: HTMLElement): { made: Chart; stop: () => void } {
  const made = core.init(box)
  const watch = new ResizeObserver(() => made.resize())
  watch.observe(box)
  return {
    made,
    stop: () => {
      watch.disconnect()
      made.dispose()
    },
  }
}
