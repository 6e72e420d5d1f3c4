import { createApp, nextTick } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import QuantityStepper, { propsFrom } from './QuantityStepper.vue'

let app
let form

function mountStepper({ value = 1, max = 3, submits = true } = {}) {
  document.body.innerHTML = `<form><div data-fewer="One less" data-more="One more" ${submits ? 'data-submits' : ''}>
    <input id="q" name="quantity" type="number" value="${value}" min="1" max="${max}" aria-label="Quantity"></div></form>`
  form = document.querySelector('form')
  form.requestSubmit = vi.fn()
  const element = document.querySelector('div')
  app = createApp(QuantityStepper, propsFrom(element))
  app.mount(element)
}

const input = () => document.querySelector('input')
const button = (label) => document.querySelector(`button[aria-label="${label}"]`)

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  app.unmount()
  vi.useRealTimers()
})

test('it keeps name, bounds and label of the field it replaces', () => {
  mountStepper({ value: 2, max: 5 })

  expect([input().name, input().value, input().min, input().max, input().getAttribute('aria-label')]).toEqual(['quantity', '2', '1', '5', 'Quantity'])
})

test('it counts within its bounds', async () => {
  mountStepper({ value: 2, max: 3 })

  button('One more').click()
  await nextTick()

  expect(input().value).toBe('3')
  expect(button('One more').disabled).toBe(true)
})

test.each([['99', '3'], ['-4', '1'], ['', '1'], ['abc', '1'], ['2.4', '2']])('typing %s gives %s', async (typed, kept) => {
  mountStepper()

  input().value = typed
  input().dispatchEvent(new Event('change'))
  await nextTick()

  expect(input().value).toBe(kept)
})

test('several presses send the form once', () => {
  mountStepper()

  button('One more').click()
  button('One more').click()
  vi.advanceTimersByTime(400)

  expect(form.requestSubmit).toHaveBeenCalledTimes(1)
})

test('without being asked to, it sends nothing', () => {
  mountStepper({ submits: false })

  button('One more').click()
  vi.advanceTimersByTime(1000)

  expect(form.requestSubmit).not.toHaveBeenCalled()
})
