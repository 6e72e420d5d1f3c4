import './shop.css'
import { startNotingOpened } from './lib/clicks.js'
import { startCopying } from './lib/copy.js'
import { mountIslands } from './lib/islands.js'
import { startLive } from './lib/live.js'
import { startLists } from './lib/lists.js'
import { startNarrowing } from './lib/narrow.js'
import { startPage } from './lib/page.js'
import { startRefreshing } from './lib/refresh.js'
import { startSheet } from './lib/sheet.js'
import { startSliders } from './lib/slider.js'
import { startSuggesting } from './lib/suggest.js'
import { startSwapping } from './lib/swap.js'
import { startToasts } from './lib/toasts.js'

const islands = {
  QuantityStepper: () => import('./islands/QuantityStepper.vue')
}

startPage()
startCopying()
startLists()
startLive()
startSwapping()
startSuggesting()
startNotingOpened()
startSliders()
startNarrowing()
startSheet()
startRefreshing()
startToasts(() => import('./islands/Toasts.vue'))
mountIslands(islands)
document.addEventListener('page:swapped', (event) => mountIslands(islands, event.detail.element))
