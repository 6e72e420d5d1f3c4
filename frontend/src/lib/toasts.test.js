import { beforeEach, expect, test, vi } from 'vitest'
import Toasts, * as island from '../islands/Toasts.vue'
import { startToasts } from './toasts.js'

const settled = () => vi.waitFor(() => expect(document.querySelector('.toast button')).not.toBeNull())
const say = (text) => document.dispatchEvent(new CustomEvent('toast', { detail: { level: 'info', text } }))
const texts = () => [...document.querySelectorAll('.toast span')].map((span) => span.textContent)

let load
beforeEach(() => {
  load = vi.fn(async () => ({ ...island, default: Toasts }))
})

test('what the server said is taken over at once', async () => {
  document.body.innerHTML = '<div data-island="Toasts"><p class="toast" data-level="info">Saved</p></div>'

  await startToasts(load)

  await settled()
  expect(texts()).toEqual(['Saved'])
})

test('the code is fetched for the first message, and shows all that came meanwhile', async () => {
  document.body.innerHTML = '<div data-island="Toasts"></div>'
  await startToasts(load)
  expect(load).not.toHaveBeenCalled()

  say('one')
  say('two')

  await settled()
  await vi.waitFor(() => expect(texts()).toEqual(['one', 'two']))
  expect(load).toHaveBeenCalledOnce()
})
