import './office.css'
import { mountIslands } from './lib/islands.js'
import { startPage } from './lib/page.js'
import { startSwapping } from './lib/swap.js'

const islands = {
  ListingsGrid: () => import('./islands/ListingsGrid.vue'),
  QuantityStepper: () => import('./islands/QuantityStepper.vue'),
  Toasts: () => import('./islands/Toasts.vue')
}

startPage()
startSwapping()
mountIslands(islands)
document.addEventListener('page:swapped', (event) => mountIslands(islands, event.detail.element))
