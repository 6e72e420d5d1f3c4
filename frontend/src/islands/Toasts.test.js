import { createApp, nextTick } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import Toasts, { propsFrom } from './Toasts.vue'

let app

function mountToasts() {
  document.body.innerHTML = `<div data-close-label="Fermer">
    <p class="toast success" data-level="success">Added</p><p class="toast error" data-level="error">Sold <b>out</b></p></div>`
  const element = document.querySelector('div')
  app = createApp(Toasts, propsFrom(element))
  app.mount(element)
}

const texts = () => [...document.querySelectorAll('.toast span')].map((toast) => toast.textContent)

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  app.unmount()
  vi.useRealTimers()
})

test('messages of the server are shown with a named close button', async () => {
  mountToasts()
  await nextTick()

  expect(texts()).toEqual(['Added', 'Sold out'])
  expect(document.querySelector('button').getAttribute('aria-label')).toBe('Fermer')
})

test('good news leaves by itself and an error stays', async () => {
  mountToasts()
  await nextTick()

  await vi.advanceTimersByTimeAsync(7000 + 200)

  expect(texts()).toEqual(['Sold out'])
})

test('text of a page event is shown as text, never as markup', async () => {
  mountToasts()

  document.dispatchEvent(new CustomEvent('toast', { detail: { level: 'info', text: '<img src=x>' } }))
  await nextTick()

  expect(texts()).toEqual(['Added', 'Sold out', '<img src=x>'])
})
